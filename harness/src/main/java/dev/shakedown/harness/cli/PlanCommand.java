package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.CacheFolder;
import dev.shakedown.harness.run.Plan;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what a run would do, to be pasted into a shell. */
@Command(
        name = "plan",
        description = "Print every command and request that run would issue; start nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  shakedown plan scenarios/local-1x2-tp2.yaml")
final class PlanCommand implements Callable<Integer> {
    @Mixin private ScenarioArguments arguments = new ScenarioArguments();

    @Override
    public Integer call() {
        Path cache = CacheFolder.of(System.getenv());
        String between = "";
        for (Scenario scenario : arguments.load(System.err)) {
            System.out.print(between);
            Plan.of(scenario, cache).forEach(System.out::println);
            between = System.lineSeparator();
        }
        return ExitCode.OK.code();
    }
}
