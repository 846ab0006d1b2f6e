"""The handbook: what the procedures in force ask of everybody, in the hand, and what is found wrong with them.

Four lists (duties, process, standards, time limits), the issue list with its close-out, and a pocket guide for
each duty: on screen, on paper, as spreadsheets and on phones without network. All but the issues is derived
from the procedures in force and stored nowhere; changing them is for procedures. An issue is a case of the
procedure ISSUE, so its clock climbs like any other; this domain keeps what was found, on which step of which
version. Only its services write, and anybody on duty may report.
"""
