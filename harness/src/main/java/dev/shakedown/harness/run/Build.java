package dev.shakedown.harness.run;

import java.util.Optional;

/** Which build of Shakedown this is. */
public final class Build {
    private Build() {}

    /** The version from the jar's manifest; {@code dev} when run from classes. */
    public static String version() {
        return Optional.ofNullable(Build.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }
}
