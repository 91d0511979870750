package dev.shakedown.harness.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;

/** What to do about a package that could not be made. */
final class PackTrouble {
    private static final String ELSEWHERE = "set SHAKEDOWN_CACHE to another folder";

    private PackTrouble() {}

    /** By what happened, which jlink and the disk say only in words. */
    static String next(IOException trouble, Path cache) {
        String text = String.valueOf(trouble).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota exceeded")) {
            return "free some space (df -h %s), or %s on a larger disk".formatted(cache, ELSEWHERE);
        }
        if (trouble instanceof AccessDeniedException || text.contains("read-only file system")) {
            return "make %s writable, or %s".formatted(cache, ELSEWHERE);
        }
        if (text.contains("jlink:")) {
            return "set JAVA_HOME to a JDK that can link a runtime: whole, with the jmods that some systems have as a package of their own (this one is %s)"
                    .formatted(System.getProperty("java.home"));
        }
        return "look at %s, or %s; load.from: here needs no package".formatted(cache, ELSEWHERE);
    }
}
