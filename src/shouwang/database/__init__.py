"""The PostgreSQL under everything: where it is, and our own launcher of the embedded one.

Knows nothing of the kernel. Only `embedded` starts or stops a server.
"""
