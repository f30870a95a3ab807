"""Recordings made plain: what plays is copied, everything else stays behind. A file for each container.

Pure Python, without Django. Nothing is decoded, so nothing is heard anew: each container is walked, and
only the parts that a player needs are written (docs/decisions/notices.md says why).
"""
