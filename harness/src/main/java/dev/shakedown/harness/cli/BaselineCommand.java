package dev.shakedown.harness.cli;

import dev.shakedown.harness.history.Baseline;
import dev.shakedown.harness.history.BaselineDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** What people have decided about the level that a scenario's runs are held against. */
@Command(
        name = "baseline",
        description =
                "Accept runs as a scenario's baseline, show it, or take it back. Decisions are kept in baselines.jsonl beside the runs.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BaselineCommand.Accept.class,
            BaselineCommand.Show.class,
            BaselineCommand.Reset.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown baseline accept 2x8-tp8-pp2 --why 'vLLM 0.32: slower prefill is known, issue 71'",
            "  shakedown baseline show 2x8-tp8-pp2"
        })
final class BaselineCommand {

    /** {@code SCENARIO}, and the options of every command that asks the history. */
    abstract static class OfScenario implements Callable<Integer> {
        @Mixin HistoryArguments arguments = new HistoryArguments();

        @Parameters(paramLabel = "SCENARIO", index = "0", description = "its name")
        String scenario = "";
    }

    /** A decision: by whom, and why. */
    abstract static class Decide extends OfScenario {
        @Option(
                names = "--why",
                required = true,
                paramLabel = "TEXT",
                description = "the reason, for whoever asks in a year")
        String why = "";

        @Option(
                names = "--who",
                paramLabel = "NAME",
                description = "who decides (default: the user's name)")
        String who = System.getProperty("user.name", "?");

        int say(BaselineDecision decision) {
            System.out.println(
                    arguments.json() ? json(Map.of("decision", entry(decision))) : line(decision));
            return ExitCode.OK.code();
        }

        void requireReason() {
            if (why.isBlank() || who.isBlank()) {
                throw new UsageException("--why and --who: say it in words, they cannot be empty");
            }
        }
    }

    /** Takes runs as the baseline. */
    @Command(
            name = "accept",
            description =
                    "Take runs as the level that later ones are held against; changes of their trend up to them count as accepted.",
            mixinStandardHelpOptions = true)
    static final class Accept extends Decide {
        @Parameters(
                paramLabel = "RUN",
                index = "1..*",
                description =
                        "ids or directories (default: the newest valid run, if all are of one trend)")
        private List<String> runs = List.of();

        @Override
        public Integer call() {
            requireReason();
            return arguments.with(
                    history -> say(history.accept(scenario, runs, who, why, Instant.now())));
        }
    }

    /** Takes the baseline back. */
    @Command(
            name = "reset",
            description =
                    "Take the baseline back, and with it what was accepted since the last reset.",
            mixinStandardHelpOptions = true)
    static final class Reset extends Decide {
        @Override
        public Integer call() {
            requireReason();
            return arguments.with(history -> say(history.reset(scenario, who, why, Instant.now())));
        }
    }

    /** Prints it, and how it came about. */
    @Command(
            name = "show",
            description = "Print the baseline and all decisions about it.",
            mixinStandardHelpOptions = true)
    static final class Show extends OfScenario {
        @Override
        public Integer call() {
            return arguments.with(history -> print(history.baseline(scenario)));
        }

        private int print(Baseline baseline) {
            if (arguments.json()) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("baseline", baseline.current().map(BaselineCommand::entry).orElse(null));
                all.put(
                        "decisions",
                        baseline.decisions().stream().map(BaselineCommand::entry).toList());
                System.out.println(json(all));
                return ExitCode.OK.code();
            }
            System.out.println(
                    baseline.current()
                            .map(now -> "baseline: " + String.join(" ", now.runs()))
                            .orElse("no baseline"));
            baseline.decisions().forEach(each -> System.out.println("  " + line(each)));
            return ExitCode.OK.code();
        }
    }

    private static String line(BaselineDecision decision) {
        String what =
                switch (decision.what()) {
                    case ACCEPT -> "accepted " + String.join(" ", decision.runs());
                    case RESET -> "reset";
                };
        return Terminal.plain(
                "%s  %s  by %s: %s".formatted(decision.at(), what, decision.who(), decision.why()));
    }

    private static Map<String, Object> entry(BaselineDecision decision) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("at", decision.at().toString());
        entry.put("scenario", decision.scenario());
        entry.put("what", decision.what());
        entry.put("runs", decision.runs());
        entry.put("who", decision.who());
        entry.put("why", decision.why());
        return entry;
    }

    private static String json(Map<String, Object> document) {
        return JsonMapper.shared().writeValueAsString(document);
    }
}
