package dev.shakedown.reports.browser;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium of its own, with a fresh profile. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

    private final Process process;
    private final DevTools devTools;

    private Chromium(Process process, DevTools devTools) {
        this.process = process;
        this.devTools = devTools;
    }

    /** Where it is installed, if it is. */
    static Optional<Path> installed() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path program, Path profile) throws IOException {
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless",
                                // For root, as whom containers run; the pages are our own.
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-background-networking",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            return new Chromium(process, new DevTools(address(process)));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Opens a page in an own tab, and waits until it is loaded. */
    Tab open(URI address, Tab.Scheme scheme) throws Exception {
        String target =
                devTools.call("", "Target.createTarget", Map.of("url", "about:blank"))
                        .path("targetId")
                        .asString();
        String session =
                devTools.call(
                                "",
                                "Target.attachToTarget",
                                Map.of("targetId", target, "flatten", true))
                        .path("sessionId")
                        .asString();
        Tab tab = new Tab(devTools, session);
        tab.load(address, scheme);
        return tab;
    }

    @Override
    public void close() {
        devTools.close();
        // Asked to, it deletes what it left in /tmp.
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
        process.destroyForcibly();
        // Until then it writes to its profile, which the caller wants to delete.
        process.onExit().join();
    }

    private static URI address(Process process) throws IOException {
        BufferedReader errors = process.errorReader();
        StringBuilder said = new StringBuilder();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                // Nobody reads on, but a full pipe would stop the browser.
                Thread.ofVirtual().start(() -> errors.lines().forEach(_ -> {}));
                return URI.create(matcher.group(1));
            }
            said.append(line).append('\n');
        }
        throw new IOException("Chromium ended before it listened:\n" + said);
    }
}
