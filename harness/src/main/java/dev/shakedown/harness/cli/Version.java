package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.Build;
import picocli.CommandLine.IVersionProvider;

/** {@code --version}: ours and Java's. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"shakedown " + Build.version() + ", Java " + Runtime.version()};
    }
}
