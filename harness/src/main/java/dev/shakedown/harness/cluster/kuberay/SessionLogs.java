package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ray's session logs of a pod, the end of each, through one shell command in its container. */
final class SessionLogs {
    private static final int MOST_EACH = 2 << 20;
    private static final long MOST = 32L << 20;
    private static final int LONGEST_HEADER = 300;

    /**
     * The newest first, for not all may fit. A line with size and name before each file, and then
     * as many bytes: needs no tar.
     */
    static String script(String folder) {
        return """
        cd %s 2>/dev/null || exit 0
        ls -t | while IFS= read -r f; do
          [ -f "$f" ] || continue
          s=$(wc -c < "$f"); [ "$s" -le %d ] || s=%d
          echo "$s $f"; tail -c "$s" "$f"
        done
        """
                .formatted(folder, MOST_EACH, MOST_EACH);
    }

    private SessionLogs() {}

    /** What a torn answer held before its end stays. */
    static void fetch(PodResource pod, Path folder) {
        try (ExecWatch exec =
                        pod.inContainer(PodTemplates.CONTAINER)
                                .redirectingOutput()
                                .exec("sh", "-c", script("/tmp/ray/session_latest/logs"));
                InputStream in = new BufferedInputStream(exec.getOutput())) {
            unpack(in, folder);
        } catch (KubernetesClientException | IOException none) {
            // No right, no shell in the image, or the pod has gone: the containers' output remains.
            return;
        }
    }

    static void unpack(InputStream in, Path folder) throws IOException {
        long all = 0;
        String header = header(in);
        while (!header.isEmpty() && all < MOST) {
            int space = header.indexOf(' ');
            int size = space > 0 ? size(header.substring(0, space).strip()) : -1;
            if (size < 0) {
                throw new IOException("no header of a log: " + header);
            }
            byte[] content = in.readNBytes(size);
            write(folder, header.substring(space + 1), content);
            all += content.length;
            header = header(in);
        }
    }

    private static int size(String text) {
        return text.matches("[0-9]{1,7}") && Integer.parseInt(text) <= MOST_EACH
                ? Integer.parseInt(text)
                : -1;
    }

    /** A pod does not choose where its files go. */
    private static void write(Path folder, String name, byte[] content) throws IOException {
        Path file = folder.resolve(name).normalize();
        if (file.startsWith(folder) && !file.equals(folder) && content.length > 0) {
            Files.createDirectories(folder);
            Files.write(file, content);
        }
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
}
