package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.util.List;

/** Ray's dashboard did not answer, or answered that it will not. */
public final class RayRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@link #status} where there was no answer. */
    public static final int NO_ANSWER = 0;

    private final String message;
    private final int status;
    private final String path;
    private final String text;

    private RayRequestException(String message, int status, String path, String text) {
        super(message);
        this.message = message;
        this.status = status;
        this.path = path;
        this.text = text;
    }

    /** From an answer other than 2xx; Ray's error bodies are plain text. */
    static RayRequestException refused(int status, String method, String path, String body) {
        String text = firstLine(body);
        String message =
                "Ray's dashboard answered %d to %s %s: %s%s"
                        .formatted(status, method, path, text, hint(status, body));
        return new RayRequestException(message, status, path, text);
    }

    static RayRequestException unreachable(String url, String path, IOException cause) {
        String text = String.valueOf(cause.getMessage());
        RayRequestException e =
                new RayRequestException(
                        "no answer from Ray's dashboard at " + url + ": " + text,
                        NO_ANSWER,
                        path,
                        text);
        e.initCause(cause);
        return e;
    }

    static RayRequestException unexpected(int status, String path, String body) {
        String text = firstLine(body);
        return new RayRequestException(
                "not an answer of Ray's dashboard to " + path + ": " + text, status, path, text);
    }

    /** Never null, unlike other exceptions'. */
    @Override
    public String getMessage() {
        return message;
    }

    /** HTTP status; {@link #NO_ANSWER} if there was none. */
    public int status() {
        return status;
    }

    /** What was asked for, without host and token. */
    public String path() {
        return path;
    }

    /** The first telling line of the body, or the network's error. */
    public String text() {
        return text;
    }

    /** The same request may succeed in a moment: nobody there yet, no agent yet, too many. */
    public boolean mayPass() {
        return status == NO_ANSWER
                || status == 429
                || status >= 502
                || (status == 500 && text.contains("No available agent"));
    }

    private static String hint(int status, String body) {
        return switch (status) {
            case 401 -> " (this cluster asks for a token: give the one in RAY_AUTH_TOKEN)";
            case 403 -> " (the token is not this cluster's)";
            case 404 -> " (no such thing, or this Ray is too old for it)";
            case 405 -> " (Ray takes this for a browser: a proxy may add Origin or Referer)";
            case 429 -> " (too many requests of this kind are in flight)";
            case 500 ->
                    body.contains("No available agent")
                            ? " (the head's dashboard agent is not up yet, or its port is taken)"
                            : "";
            default -> "";
        };
    }

    /** Of a Python traceback the last line, which holds the reason. */
    private static String firstLine(String body) {
        List<String> lines = body.strip().lines().toList();
        if (lines.isEmpty()) {
            return "(no text)";
        }
        String line = lines.getFirst().startsWith("Traceback") ? lines.getLast() : lines.getFirst();
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }
}
