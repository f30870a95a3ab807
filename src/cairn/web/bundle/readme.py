"""README.txt of a bundle: what is in it and how to check it by hand, in each language."""

from django.utils import translation
from django.utils.translation import gettext as _

from cairn.values import LANGUAGE_NAMES, LANGUAGES
from cairn.verify.bundle_manifest import BundleManifest, entry_path

EACH = (
    "python3 -c \"import hashlib,json; [print(hashlib.sha256(open(p,'rb').read()).hexdigest() == "
    "f['sha256'], p) for p, f in json.load(open('manifest.json'))['files'].items()]\""
)


def readme_of(about: BundleManifest) -> bytes:
    """The file. Commands are the same in each language and stand once, at the end."""
    parts = [
        f"{about.team} · {about.programme} · {about.position}",
        f"SHA-256 (pack.json): {about.pack}",
    ]
    for language in LANGUAGES:
        with translation.override(language):
            parts += [f"== {LANGUAGE_NAMES[language]} ==", *_paragraphs(about)]
    parts += ["== 1 ==\nsha256sum pack.json", f"== 2 ==\n{EACH}"]
    if about.origin:
        path = entry_path(about.frozen or about.position)
        parts.append(f"== 3 ==\n(printf '\\0'; cat {path}) | sha256sum")
    parts.append(f"== 4 ==\ncairn verify FILE.zip{' --key VERIFIER' if about.origin else ''}")
    return ("\n\n".join(parts) + "\n").encode()


def _paragraphs(about: BundleManifest) -> list[str]:
    found = [
        _(
            "This is what a team hands over, as the first entries of its programme's journal tell it. How many "
            "they are stands above, after the names of both."
        ),
        _(
            "Open index.html in any browser: it needs no network and no other program. The folder tables "
            "has its tables for a spreadsheet, photos the last photo of each asset, pack.json all of it "
            "for programs, and pack.schema.json says what that may hold."
        ),
        _(
            "To check it by hand: 1. compare the SHA-256 of pack.json with the one that was signed; "
            "2. compare each file with what manifest.json lists."
        ),
    ]
    if about.origin:
        found.append(
            _(
                "3. The folder proofs has entries of the programme's public log. The SHA-256 of a zero byte "
                "and an entry's bytes is its leaf; the file beside it, a tlog-proof as c2sp.org describes it, "
                "leads from there to the signed checkpoint."
            )
        )
    else:
        found.append(
            _(
                "The programme has no signed log: nothing in this bundle proves that it was recorded."
            )
        )
    found += [
        _(
            "4. Cairn does all of this at once. Take the key of the log from the programme itself, and not "
            "from this file: whoever could change the one could change the other."
        ),
        _(
            "Its pages and tables were drawn from pack.json by whoever made this file; pack.json is what is "
            "proved. This is a copy: what is erased from the record later is not erased from it."
        ),
    ]
    return found
