package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.diagnosis.Diagnosis;
import dev.shakedown.harness.diagnosis.FailureSignatures;
import dev.shakedown.harness.diagnosis.Match;
import dev.shakedown.harness.scenario.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What always happens at the end: logs are collected while the nodes still hold them, a failure is
 * diagnosed, and what was started is ended. Trouble here is reported, and hides no earlier failure.
 */
final class Teardown {
    private static final Duration COLLECT_DEADLINE = Duration.ofMinutes(1);

    private final RunContext run;
    private final Ending ending;
    private final boolean keep;

    /**
     * @param keep leave the cluster up
     */
    Teardown(RunContext run, Ending ending, boolean keep) {
        this.run = run;
        this.ending = ending;
        this.keep = keep;
    }

    /** Returns how the run ended, teardown included. */
    Ending execute() {
        Ending collected = attempt(new CollectStep(), ending);
        Ending diagnosed = attempt(new DiagnoseStep(ending), collected);
        return attempt(new DownStep(diagnosed, keep), diagnosed);
    }

    private Ending attempt(Step step, Ending soFar) {
        try {
            new StepRunner(run).execute(step);
            return soFar;
        } catch (StepFailedException e) {
            return soFar instanceof Ending.Complete ? new Ending.Failed(step.name(), e) : soFar;
        } catch (InterruptedException e) {
            return soFar instanceof Ending.Complete ? new Ending.Interrupted(step.name()) : soFar;
        } catch (RuntimeException | Error e) {
            run.listener().say(step.name() + " hit a bug in Shakedown: " + e);
            return soFar instanceof Ending.Complete ? new Ending.Bug(step.name(), e) : soFar;
        }
    }

    private record CollectStep() implements Step {
        @Override
        public String name() {
            return "Collect";
        }

        @Override
        public Duration deadline(RunContext run) {
            return COLLECT_DEADLINE;
        }

        @Override
        public Result execute(RunContext run) {
            run.provider().collectLogs(run.directory().logs());
            return new Done(countLogs(run.directory().logs()));
        }

        private static String countLogs(Path logs) {
            if (!Files.isDirectory(logs)) {
                return "no logs to collect";
            }
            try (var files = Files.walk(logs)) {
                List<Path> found = files.filter(Files::isRegularFile).toList();
                long bytes = found.stream().mapToLong(file -> file.toFile().length()).sum();
                return "%d log files, %,d KiB".formatted(found.size(), bytes / 1024);
            } catch (IOException e) {
                return "logs collected, but not all could be listed: " + e.getMessage();
            }
        }
    }

    /** Only a failed run has something to diagnose; the ladder is written for every run. */
    private record DiagnoseStep(Ending ending) implements Step {
        @Override
        public String name() {
            return "Diagnose";
        }

        @Override
        public Duration deadline(RunContext run) {
            return COLLECT_DEADLINE;
        }

        @Override
        public Result execute(RunContext run) {
            Diagnosis diagnosis =
                    Diagnosis.of(
                            Ladder.of(run.spans(), ending),
                            run.directory().logs(),
                            FailureSignatures.load(),
                            normalHere(run));
            diagnosis.write(run.directory().diagnosis());
            run.diagnosis(diagnosis);
            return switch (diagnosis.verdict()) {
                case HEALTHY -> new Skipped("nothing failed");
                case CAUSE_FOUND -> new Done(diagnosis.rootCause().map(Match::cause).orElse(""));
                case UNKNOWN -> new Done(unknown(run));
            };
        }

        /** A step that failed has often named the cause itself; logs may have nothing to add. */
        private String unknown(RunContext run) {
            String where = "; they are in " + run.directory().logs();
            return ending instanceof Ending.Failed(String step, StepFailedException _)
                    ? "the logs name no cause beyond what " + step + " said" + where
                    : "the logs name no known cause" + where;
        }

        /** On one host Ray may well talk over loopback. */
        private static Set<String> normalHere(RunContext run) {
            return run.scenario().cluster().provider() == Provider.LOCAL
                    ? FailureSignatures.NORMAL_ON_ONE_HOST
                    : Set.of();
        }
    }
}
