package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.engine.Secrets;

/**
 * A line that a known failure explains.
 *
 * @param role {@code primary}: names a cause; {@code secondary}: a consequence, its cause left no
 *     known line
 * @param node whose log it is in; empty if unknown
 * @param file below the logs folder; empty if the failed step itself reported the line
 * @param line from 1
 * @param text the line, without secrets, shortened
 * @param confirm what to type to be sure
 * @param fix what to do about it
 */
public record Match(
        String id,
        String layer,
        String role,
        String node,
        String file,
        long line,
        String text,
        String cause,
        String confirm,
        String fix) {
    private static final int MAX_TEXT = 500;

    static Match of(Signature signature, Place place, String text) {
        String shown = Secrets.masked(text.strip());
        return new Match(
                signature.id(),
                signature.layer(),
                signature.role().key(),
                place.node(),
                place.file(),
                place.line(),
                shown.length() > MAX_TEXT ? shown.substring(0, MAX_TEXT) + "…" : shown,
                signature.cause(),
                signature.confirm(),
                signature.fix());
    }

    /** The line and where it stands. */
    public String seen() {
        return (file.isEmpty() ? "what the step reported: " : "") + located();
    }

    /** The line, behind its place if it has one. */
    String located() {
        return file.isEmpty() ? text : file + ":" + line + ": " + text;
    }

    /** Where a line stands. */
    record Place(String node, String file, long line) {}
}
