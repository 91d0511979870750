package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks one host: sends the program, the {@code host*.py} in one, with one request and reads its
 * answer. The command line is the same for every request.
 */
final class HostAgent {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Any Python 3 will do for the program itself; the scenario's is the last to be tried. */
    private static final String COMMAND =
            "sh -c 'for p in python3 \"$0\" \"$0\"/bin/python; do command -v \"$p\" >/dev/null 2>&1"
                    + " && [ ! -d \"$p\" ] && exec \"$p\" -; done;"
                    + " echo \"no python3 on the PATH\" >&2; exit 127' ";

    private static final String PROGRAM =
            resource("host_look.py")
                    + resource("host_container.py")
                    + resource("host_models.py")
                    + resource("host_end.py")
                    + resource("host.py");

    /** Login shells may print to scripts: what comes before this line is not the program's. */
    static final String MARKER = "--- shakedown answers ---";

    private static final int MOST_BEFORE = 1 << 20;

    private final Ssh ssh;
    private final SshHost host;
    private final String python;

    HostAgent(Ssh ssh, SshHost host, String python) {
        this.ssh = ssh;
        this.host = host;
        this.python = python;
    }

    SshHost host() {
        return host;
    }

    /**
     * The answer to a request.
     *
     * @param request its {@code do} names what is wanted
     * @throws StepFailedException if the host cannot be reached, or does not answer in time
     */
    JsonNode ask(Map<String, Object> request, Duration limit) {
        return json(
                send(
                        request,
                        limit,
                        output -> new String(output.readAllBytes(), StandardCharsets.UTF_8)));
    }

    /** As {@link #ask}, for what goes on after its answer. */
    JsonNode begin(Map<String, Object> request, Duration limit) {
        if (!host.launcher().endsWhatIsLeft()) {
            return ask(request, limit);
        }
        Map<String, Object> staying = new LinkedHashMap<>(request);
        staying.put("stay", true);
        return json(
                ssh.run(
                        host,
                        COMMAND + ShellWords.quote(python),
                        program(staying).getBytes(StandardCharsets.UTF_8),
                        limit,
                        new FirstLine()));
    }

    /** The first line of an answer; empty if there is none, and then the command has ended. */
    private record FirstLine() implements Ssh.Reader<String> {
        @Override
        public String read(InputStream output) throws IOException {
            InputStream buffered = new BufferedInputStream(output);
            skipToMarker(buffered);
            return Objects.requireNonNullElse(
                    new BufferedReader(new InputStreamReader(buffered, StandardCharsets.UTF_8))
                            .readLine(),
                    "");
        }

        @Override
        public boolean isEnough(String line) {
            return !line.isEmpty();
        }
    }

    private JsonNode json(String said) {
        List<String> lines = said.lines().toList();
        try {
            return JSON.readTree(lines.isEmpty() ? "" : lines.getLast());
        } catch (JacksonException e) {
            throw new StepFailedException(
                    "the host's answer cannot be read",
                    host.name(),
                    lines.subList(Math.max(0, lines.size() - 5), lines.size()),
                    "a login shell that prints to scripts? try: "
                            + String.join(" ", host.argv())
                            + " true");
        }
    }

    /** As {@link #ask}, for an answer that is no JSON. */
    <T> T send(Map<String, Object> request, Duration limit, Ssh.Reader<T> reader) {
        return ssh.run(
                host,
                COMMAND + ShellWords.quote(python),
                program(request).getBytes(StandardCharsets.UTF_8),
                limit,
                output -> {
                    InputStream buffered = new BufferedInputStream(output);
                    skipToMarker(buffered);
                    return reader.read(buffered);
                });
    }

    /** To the end where there is none: then the command's status says why. */
    static void skipToMarker(InputStream output) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int all = 0;
        for (int next = output.read(); next >= 0 && all < MOST_BEFORE; next = output.read()) {
            if (next == '\n') {
                if (line.toString(StandardCharsets.UTF_8).endsWith(MARKER)) {
                    return;
                }
                line.reset();
            } else {
                line.write(next);
            }
            all++;
        }
    }

    /** Python that answers one request. */
    static String program(Map<String, Object> request) {
        String encoded = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(request));
        return PROGRAM + "\nprint(\"" + MARKER + "\", flush=True)\nanswer(\"" + encoded + "\")\n";
    }

    private static String resource(String name) {
        try (InputStream in = HostAgent.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the build: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
