"""A network without sockets: what is sent is lost, comes late or twice, and answers are lost."""

import io

from cairn.merkle.checkpoint import Checkpoint
from cairn.witness.wire import AddCheckpoint

FATES = ("arrives", "arrives", "arrives", "is lost", "loses its answer", "arrives twice", "is late")


class Network:
    """Reaches witnesses by name, and holds what is late. `calm` does as it should."""

    def __init__(self, random_):
        self.random = random_
        self.calm = False
        self.late = []
        self.cosigned = {}
        """What each witness has cosigned, in order, whether or not anybody heard."""
        self._applications = {}

    def join(self, name, application):
        self._applications[name] = application
        self.cosigned[name] = []

    def fate(self):
        return "arrives" if self.calm else self.random.choice(FATES)

    def reach(self, name, method, path, body):
        """Have a witness answer: (status, body)."""
        said = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answered = b"".join(
            self._applications[name](environ, lambda status, _headers: said.append(status))
        )
        status = int(said[0].split()[0])
        if method == "POST" and status == 200:
            asked = AddCheckpoint.parse(body)
            self.cosigned[name].append(Checkpoint.parse(asked.note.text))
        return status, answered

    def send(self, name, method, path, body):
        """The same over the network. Raises OSError where no answer comes."""
        fate = self.fate()
        if fate == "is late":
            self.late.append(lambda: f"{name} answers {self.reach(name, method, path, body)[0]}")
        if fate in {"is lost", "is late"}:
            raise TimeoutError("no answer came")
        answered = self.reach(name, method, path, body)
        if fate == "arrives twice":
            answered = self.reach(name, method, path, body)
        if fate == "loses its answer":
            raise ConnectionResetError("the answer was lost")
        return answered


def line_over(network):
    """A connection for asking.PORTS, over this network."""

    class Line:
        def __init__(self, host, port, *, timeout):
            del port, timeout  # nothing takes any time here
            self.host = host

        def request(self, method, path, body):
            self.status, self.body = network.send(self.host, method, path, body or b"")

        def getresponse(self):
            return self

        def read(self, most):
            return self.body[:most]

        def close(self):
            pass

    return Line
