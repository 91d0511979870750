package dev.shakedown.reports.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Deque's axe-core, from npm: what keeps people with disabilities from reading a page. */
final class Axe {
    private static final String PACKAGE = "axe-core@4.14.1";
    private static final Set<String> GRAVE = Set.of("serious", "critical");

    private final String script;

    private Axe(String script) {
        this.script = script;
    }

    /** Takes the pinned package from the registry, unless it is in the user's cache. */
    static Axe fetch() throws Exception {
        Path folder = Path.of(System.getProperty("user.home"), ".cache/shakedown", PACKAGE);
        Path script = folder.resolve("node_modules/axe-core/axe.min.js");
        if (!Files.exists(script)) {
            Files.createDirectories(folder);
            npm(folder);
        }
        return new Axe(Files.readString(script));
    }

    /** Serious and critical findings, one line each: rule, help, the element, why. */
    List<String> grave(Tab tab) throws Exception {
        return violations(tab, GRAVE);
    }

    /** Those of less weight too. */
    List<String> all(Tab tab) throws Exception {
        return violations(tab, Set.of("minor", "moderate", "serious", "critical"));
    }

    private List<String> violations(Tab tab, Set<String> impacts) throws Exception {
        tab.evaluate(script + ";0");
        // Everything open, so that the tables in <details> are looked at too.
        tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        JsonNode found = tab.evaluate("axe.run().then(r => r.violations)");
        List<String> lines = new ArrayList<>();
        for (JsonNode violation : found) {
            if (impacts.contains(violation.path("impact").asString())) {
                violation.path("nodes").forEach(node -> lines.add(line(violation, node)));
            }
        }
        return lines;
    }

    private static String line(JsonNode violation, JsonNode node) {
        return "%s %s: %s\n    %s\n    %s"
                .formatted(
                        violation.path("impact").asString(),
                        violation.path("id").asString(),
                        violation.path("help").asString(),
                        node.path("html").asString(),
                        node.path("failureSummary").asString().replace("\n", " "));
    }

    private static void npm(Path folder) throws IOException, InterruptedException {
        Process npm =
                new ProcessBuilder(
                                "npm",
                                "install",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--prefix",
                                folder.toString(),
                                PACKAGE)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (npm.waitFor() != 0) {
            throw new IOException("npm install " + PACKAGE + ": " + said);
        }
    }
}
