package dev.shakedown.harness.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The stack trace of Shakedown's own mistake, kept where it can be attached to an issue. */
final class BugReport {
    private BugReport() {}

    /** Says why, where it could not be written: a bug must not hide behind a full disk. */
    static Optional<String> write(Path file, Ending.Bug bug) {
        StringWriter trace = new StringWriter();
        trace.write("Shakedown " + Build.version() + ", in step " + bug.step() + "\n");
        bug.cause().printStackTrace(new PrintWriter(trace, true));
        try {
            Files.writeString(file, trace.toString());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the stack trace could not be written (" + e + "): " + trace);
        }
    }
}
