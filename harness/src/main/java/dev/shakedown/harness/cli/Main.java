package dev.shakedown.harness.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code shakedown} command. */
@Command(
        name = "shakedown",
        mixinStandardHelpOptions = true,
        version = "shakedown 0.1.0-SNAPSHOT",
        description = "Benchmarks and validates GPU clusters for LLM serving.")
public final class Main implements Runnable {

    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
