#include "interp/helpers.h"

namespace hookline::detail {

// Comes after kInterruptSource, whose names it uses.
const char* const kSocketWaitsSource = R"python(
import errno


def wait_for(self, event):
    """Waits until the socket is ready, so that interrupts get through, or another thread has closed it."""
    from select import poll

    def wait(seconds):
        if self.fileno() < 0:
            return True
        ready = poll()
        ready.register(self, event)
        return ready.poll(seconds * 1000)
    in_rounds(wait, None)


def blocks(self, limit="SO_RCVTIMEO"):
    """Returns whether a read (or, with SO_SNDTIMEO, a write) would wait in C for as long as it takes."""
    if self.gettimeout() is not None or self.fileno() < 0 or not os.get_blocking(self.fileno()):
        return False
    import socket
    return not any(self.getsockopt(socket.SOL_SOCKET, getattr(socket, limit), 16))


def bytes_of(data):
    """Returns a memoryview of the bytes, or None if only the C function knows what to do with them."""
    try:
        return memoryview(data).cast("B")
    except (TypeError, BufferError):
        return None


def send_all_of(view, send_some):
    """Calls `send_some` with what is left until all is sent. Returns how much is sent, which is less if
    there is an error after the first part."""
    sent = 0
    while True:
        try:
            sent += send_some(view[sent:])
        except OSError:
            if not sent:
                raise
            return sent
        if sent == len(view):
            return sent


# Each read of a socket.socket, with the place of its flags.
READS = {"recv": 1, "recvfrom": 1, "recv_into": 2, "recvfrom_into": 2, "recvmsg": 2, "recvmsg_into": 2, "_accept": 0}


def make_socket_interruptible(socket):
    from select import POLLIN, POLLOUT

    def reads(read, place):
        def waits(self, /, *args, **more):
            flags = more.get("flags", args[place] if len(args) > place else 0)
            if not (isinstance(flags, int) and flags & socket.MSG_DONTWAIT) and blocks(self):
                wait_for(self, POLLIN)
            return read(self, *args, **more)
        return waits

    def sends(c_send):
        def send(self, data, flags=0, /):
            if flags & socket.MSG_DONTWAIT or not blocks(self, "SO_SNDTIMEO") or (view := bytes_of(data)) is None:
                return c_send(self, data, flags)

            def send_some(part):
                while True:
                    try:
                        return c_send(self, part, flags | socket.MSG_DONTWAIT)
                    except BlockingIOError:
                        wait_for(self, POLLOUT)
            return send_all_of(view, send_some)
        return send

    def sends_all(c_sendall):
        send = socket.socket.send

        def sendall(self, data, flags=0, /):
            if flags & socket.MSG_DONTWAIT or not blocks(self, "SO_SNDTIMEO") or (view := bytes_of(data)) is None:
                return c_sendall(self, data, flags)
            sent = send(self, view, flags)
            while sent < len(view):
                sent += send(self, view[sent:], flags)
        return sendall

    def connects(c_connect):
        def connect(self, address, /):
            if self.gettimeout() is not None or self.family not in (socket.AF_INET, socket.AF_INET6):
                return c_connect(self, address)
            self.setblocking(False)
            try:
                error = self.connect_ex(address)
                if error == errno.EINPROGRESS:
                    wait_for(self, POLLOUT)
                    error = self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            finally:
                if self.fileno() >= 0:
                    self.setblocking(True)
            if error:
                raise OSError(error, os.strerror(error))
        return connect

    for name, place in READS.items():
        replace_method(socket.socket, name, lambda read: reads(read, place))
    replace_method(socket.socket, "connect", connects)
    replace_method(socket.socket, "send", sends)
    replace_method(socket.socket, "sendall", sends_all)


def make_ssl_interruptible(ssl):
    from select import POLLIN, POLLOUT

    def reads(c_read):
        def read(self, len=1024, buffer=None):
            if self._sslobj is not None and not self._sslobj.pending() and blocks(self):
                wait_for(self, POLLIN)
            return c_read(self, len, buffer)
        return read

    # A record of TLS has 16 KB at most, which usually fits into what a socket that is ready has room for.
    def sends(c_send):
        def send(self, data, *flags):
            if self._sslobj is None or not blocks(self, "SO_SNDTIMEO") or (view := bytes_of(data)) is None:
                return c_send(self, data, *flags)

            def send_some(part):
                wait_for(self, POLLOUT)
                return c_send(self, part[:16384], *flags)
            return send_all_of(view, send_some)
        return send

    def shakes_hands(c_do_handshake):
        def do_handshake(self, block=False):
            if self.gettimeout() is not None:
                return c_do_handshake(self, block)
            self.setblocking(False)
            try:
                while True:
                    try:
                        return c_do_handshake(self)
                    except ssl.SSLWantReadError:
                        event = POLLIN
                    except ssl.SSLWantWriteError:
                        event = POLLOUT
                    wait_for(self, event)
            finally:
                if self.fileno() >= 0:
                    self.setblocking(True)
        return do_handshake

    replace_method(ssl.SSLSocket, "read", reads)
    replace_method(ssl.SSLSocket, "write", sends)
    replace_method(ssl.SSLSocket, "send", sends)
    replace_method(ssl.SSLSocket, "do_handshake", shakes_hands)
)python";

}  // namespace hookline::detail
