package dev.shakedown.harness.cluster.local;

import java.util.List;
import java.util.Locale;

/** What to do about the usual ways in which an installation fails, by what the tool printed. */
final class Advice {
    private record Case(List<String> words, String advice) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            List.of("ensurepip is not", "no module named venv", "python3-venv"),
                            "install Python's venv module (Debian, Ubuntu: apt install python3-venv)"),
                    new Case(
                            List.of("no space left", "disk quota"),
                            "free %.0f GB, or set SHAKEDOWN_CACHE to a folder on a larger disk"
                                    .formatted(EnvironmentBuild.NEEDED_GB)),
                    new Case(
                            List.of("certificate", "ssl"),
                            "the package index's certificate is not trusted: set SSL_CERT_FILE and PIP_CERT"),
                    new Case(
                            List.of("hash mismatch", "do not match the hashes", "no hash"),
                            "the package index serves other files than the pinned ones: do not use it"),
                    new Case(
                            List.of(
                                    "dns",
                                    "resolve",
                                    "timed out",
                                    "connect",
                                    "network",
                                    "fetch",
                                    "no matching distribution"),
                            "no package index in reach: check the network and proxy, or name a"
                                    + " Python that has ray and vllm in local.python"));

    private Advice() {}

    static String after(String output) {
        String text = output.toLowerCase(Locale.ROOT);
        return CASES.stream()
                .filter(c -> c.words().stream().anyMatch(text::contains))
                .map(Case::advice)
                .findFirst()
                .orElse("name a Python that has ray and vllm in local.python, or run it again");
    }
}
