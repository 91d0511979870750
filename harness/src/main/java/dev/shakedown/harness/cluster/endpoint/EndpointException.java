package dev.shakedown.harness.cluster.endpoint;

import java.io.IOException;

/** The endpoint answered, but not with what was asked for. */
public final class EndpointException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    EndpointException(String route, int status, String body) {
        super("%s answered %d%s".formatted(route, status, body.isBlank() ? "" : ": " + body));
        this.status = status;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }
}
