package dev.shakedown.harness.cluster;

import java.util.List;

/** A step that cannot go on: what failed, where, what shows it, and what to do next. */
public final class StepFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final transient List<String> evidence;
    private final String next;

    /**
     * @param what one sentence, without the node
     * @param node where; empty if nowhere in particular
     * @param evidence the telling lines, or the command that shows it
     * @param next what to type or change; empty if unknown
     */
    public StepFailedException(String what, String node, List<String> evidence, String next) {
        super(what);
        this.node = node;
        this.evidence = List.copyOf(evidence);
        this.next = next;
    }

    /** One sentence. */
    public String what() {
        return String.valueOf(getMessage());
    }

    public String node() {
        return node;
    }

    public List<String> evidence() {
        return evidence;
    }

    public String next() {
        return next;
    }
}
