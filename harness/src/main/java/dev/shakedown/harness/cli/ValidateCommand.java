package dev.shakedown.harness.cli;

import dev.shakedown.harness.scenario.Problem;
import dev.shakedown.harness.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Reads scenarios and says all that is wrong with them. */
@Command(
        name = "validate",
        description = "Say all that is wrong with scenario files; start nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  shakedown validate scenarios")
final class ValidateCommand implements Callable<Integer> {
    @Mixin private ScenarioArguments arguments = new ScenarioArguments();

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        List<Scenario> scenarios = arguments.read(problems, warnings);
        if (json) {
            System.out.println(
                    JsonMapper.shared().writeValueAsString(asJson(scenarios, problems, warnings)));
        } else {
            warnings.forEach(warning -> System.err.println("warning: " + warning));
            problems.forEach(System.err::println);
            scenarios.forEach(
                    scenario ->
                            System.out.println(
                                    "valid: " + scenario.name() + " (" + scenario.source() + ")"));
        }
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.USAGE).code();
    }

    private static Map<String, Object> asJson(
            List<Scenario> scenarios, List<Problem> problems, List<Problem> warnings) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("valid", problems.isEmpty());
        result.put("scenarios", scenarios.stream().map(Scenario::name).toList());
        result.put("problems", problems);
        result.put("warnings", warnings);
        return result;
    }
}
