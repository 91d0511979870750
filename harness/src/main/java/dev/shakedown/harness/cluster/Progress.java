package dev.shakedown.harness.cluster;

/** Where a long step says what it is doing. Called from any thread. */
public interface Progress {

    /** One line, as it happens. */
    void say(String line);

    /** A bar of its own per name, from 0 to 1. */
    void bar(String name, double fraction);

    /** Says nothing. */
    Progress SILENT =
            new Progress() {
                @Override
                public void say(String line) {}

                @Override
                public void bar(String name, double fraction) {}
            };
}
