package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.RunOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, for one scenario or several. */
@Command(
        name = "run",
        description =
                "Bring the cluster up, prove every GPU, start vLLM, load it, report, tear down.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown run scenarios/2x8-tp8-pp2.yaml",
            "  shakedown run scenarios/shapes.yaml          one comparison report at the end",
            "  shakedown run scenarios/smoke-1x1.yaml --json --runs /data/runs",
            "  shakedown run my.yaml --keep                 then: shakedown run my.yaml --reuse last"
        })
final class RunCommand implements Callable<Integer> {
    enum View {
        vllm
    }

    @Mixin private ScenarioArguments arguments = new ScenarioArguments();
    @Mixin private RunOutput output = new RunOutput();
    @Mixin private ClusterUse use = new ClusterUse();

    @Option(
            names = "--view",
            paramLabel = "VIEW",
            description =
                    "also print the figures by the rules of: ${COMPLETION-CANDIDATES} (bench serve)")
    private @Nullable View view;

    @Option(
            names = "--stop-after",
            paramLabel = "STEP",
            description = "tear down after this step, as Smoke")
    private @Nullable String stopAfter;

    @Option(
            names = "--allow-tunnel",
            description =
                    "send the load through a port-forward or ssh tunnel too; every latency then includes it")
    private boolean allowTunnel;

    @Override
    public Integer call() {
        return output.runs(Optional.ofNullable(view).isPresent())
                .execute(arguments, use, this::options);
    }

    private RunOptions options() {
        RunOptions options = new RunOptions(Optional.ofNullable(stopAfter).map(RunCommand::step));
        return allowTunnel ? options.allowingTunnel() : options;
    }

    private static String step(String written) {
        return RunOptions.STEPS.stream()
                .filter(written::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--stop-after %s: no such step; write one of %s"
                                                .formatted(
                                                        written,
                                                        String.join(", ", RunOptions.STEPS))));
    }
}
