package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.RunOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Everything that is to be proved of a cluster before an engine starts. */
@Command(
        name = "check",
        description =
                "Bring the cluster up, prove every GPU and what is between them, tear down; no engine, no load.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown check scenarios/2x8-tp8-pp2.yaml",
            "  shakedown check my.yaml --json"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin private ScenarioArguments arguments = new ScenarioArguments();
    @Mixin private RunOutput output = new RunOutput();
    @Mixin private ClusterUse use = new ClusterUse();

    @Override
    public Integer call() {
        return output.runs(false).execute(arguments, use, () -> RunOptions.CHECK);
    }
}
