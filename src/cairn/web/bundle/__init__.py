"""The bundle of a handover: a team's pack as a zip file that opens and verifies without Cairn.

index.html, en.html, zh-hans.html, …   the pack to read and to print, in each language; style/ is how it looks
pack.json, pack.schema.json            the pack as its canonical JSON, and what that may hold
tables/en/assets.csv, …                the tables of the pages
photos/9f86d0….jpg                     the last photo of each asset, as long as it is not erased
proofs/checkpoint, proofs/verifier     the newest checkpoint of the public log, and the key that checks it
proofs/entries/5000.json, .tlog-proof  each entry that it rests on, and its proof
proofs/sealed/000019.json              what opens the answers of those entries that name a photo
README.txt                             what is in it, and how to check it by hand
manifest.json                          what it is of, and the SHA-256 of every other file

It is of what is public, and is made anew byte for byte of the same position and checkpoint.
"""
