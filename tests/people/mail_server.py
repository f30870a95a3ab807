"""A mail server that does as it is told: takes a mail, puts it off, refuses it, or goes away."""

import socketserver
import threading
from contextlib import contextmanager

TAKES = {}
GREYLISTS = {"RCPT": "451 4.7.1 try again later"}
REFUSES = {"RCPT": "550 5.1.1 there is no such mailbox"}
REFUSES_CONTENT = {".": "554 5.7.1 we do not like it"}
IS_BUSY = {"MAIL": "421 4.3.2 too many connections"}
GOES_AWAY_AFTERWARDS = {".": ""}
"""It has the mail, and its answer is lost."""


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP. `answers` are those it gives instead of the usual ones; `taken` are its mails."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Talk)
        self.answers, self.taken = answers, []


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 mail.example")
        for line in self.rfile:
            word = line.split(b":")[0].split()[0].upper().decode() if line.strip() else ""
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA":
                self.say("354 go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                word = "."
                if self.server.answers.get(".", "250")[:1] in {"2", ""}:
                    self.server.taken.append(mail)
            answer = self.server.answers.get(word, "250 fine")
            if not answer:
                return
            self.say(answer)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(answers, settings):
    """A server that mails go to, as long as it lasts."""
    with MailServer(answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()
