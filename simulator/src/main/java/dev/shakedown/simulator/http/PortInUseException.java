package dev.shakedown.simulator.http;

/** The port could not be taken. */
public final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortInUseException(int port, Throwable cause) {
        super("cannot listen on 127.0.0.1:" + port + ": " + cause.getMessage(), cause);
    }
}
