package dev.shakedown.harness.cluster.ssh;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fetches one host's logs: Ray's session, what was started, and what the kernel says. */
final class SshLogs {
    private static final long MOST_EACH = 2L << 20;
    private static final long MOST = 32L << 20;
    private static final int LONGEST_HEADER = 4_096;
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final JsonMapper JSON = JsonMapper.shared();

    private SshLogs() {}

    /** Returns the number of files; a torn answer leaves those that came before. */
    static int fetch(HostAgent agent, String folder, Path target) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "logs");
        request.put("folders", List.of(folder + "/ray/session_latest/logs", folder + "/out"));
        request.put("mostEach", MOST_EACH);
        request.put("most", MOST);
        return agent.send(request, PATIENCE, output -> unpack(output, target));
    }

    private static int unpack(InputStream output, Path target) throws IOException {
        InputStream in = new BufferedInputStream(output);
        int files = 0;
        String header = header(in);
        while (!header.isEmpty()) {
            JsonNode file = JSON.readTree(header);
            long size = file.path("size").asLong(0);
            if (size < 0 || size > MOST_EACH) {
                throw new IOException("a log of " + size + " bytes was announced");
            }
            write(target, file.path("path").asString(""), in.readNBytes((int) size));
            files++;
            header = header(in);
        }
        return files;
    }

    /** Empty at the end. */
    private static String header(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
            if (line.size() > LONGEST_HEADER) {
                throw new IOException("no header of a log");
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** A host does not choose where its files go. */
    private static void write(Path target, String name, byte[] content) {
        Path file = target.resolve(name).normalize();
        if (!file.startsWith(target) || file.equals(target)) {
            return;
        }
        try {
            Files.createDirectories(file.resolve("..").normalize());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
