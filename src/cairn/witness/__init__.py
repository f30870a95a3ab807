"""Witnesses, after C2SP tlog-witness: who signs that a log they watch only ever grew.

    wire.py      the body of an add-checkpoint request: both sides read and write it
    record.py    a witness's own record: what it last cosigned of each log
    service.py   what it answers, and how that is said in HTTP
    folder.py    its folder: its key and its record
    serve.py     serves it
    asking.py    a log's side: asks one witness
    collect.py   asks all that a programme lists, and keeps what they signed
    standing.py  what a programme's checkpoint and its cosignatures amount to, for the pages

The first six know neither Django nor the journal: a witness watches logs, not programmes.
"""
