"""Staff pages over the kernel: my work, cases, the duty board, places, procedures and the journal.

The desk shows what the kernel knows and hands every act to it. It holds no table and no rule of its own: who
may do what, what a step asks for and whose clock climbs where is decided by the kernel. Pages of one domain
(a checkpoint's screen, the readings of a quarantine) belong to that domain, which adds them to a case page
through its manifest (`web.manifest.CasePanel`, `StepPage`).
"""
