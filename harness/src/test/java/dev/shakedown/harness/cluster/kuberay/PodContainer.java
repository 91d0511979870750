package dev.shakedown.harness.cluster.kuberay;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container of a real pod through all of its lives. */
final class PodContainer {
    private static final int PROBE_MILLIS = 1_000;

    private final Container container;
    private final Path folder;
    private Optional<Process> process = Optional.empty();
    private ContainerState state =
            new ContainerStateBuilder()
                    .withNewWaiting()
                    .withReason("PodInitializing")
                    .endWaiting()
                    .build();
    private Optional<ContainerState> last = Optional.empty();
    private int lives;
    private boolean ready;

    PodContainer(Container container, Path folder) {
        this.container = container;
        this.folder = folder;
    }

    Container spec() {
        return container;
    }

    /** Once more, if it lived before. */
    void start(PodSandbox sandbox, Map<String, String> env) throws IOException {
        List<String> command = new ArrayList<>(container.getCommand());
        command.addAll(container.getArgs());
        last = lives == 0 ? Optional.empty() : Optional.of(state);
        lives++;
        process = Optional.of(sandbox.start(command, env, log(false)));
        state =
                new ContainerStateBuilder()
                        .withNewRunning()
                        .withStartedAt(now())
                        .endRunning()
                        .build();
    }

    /** Returns its exit status, if it has ended. */
    Optional<Integer> ended() {
        Optional<Integer> status = process.filter(p -> !p.isAlive()).map(Process::exitValue);
        if (status.isPresent() && state.getTerminated() == null) {
            ready = false;
            state =
                    new ContainerStateBuilder()
                            .withNewTerminated()
                            .withExitCode(status.get())
                            .withReason(status.get() == 0 ? "Completed" : "Error")
                            .withStartedAt(state.getRunning().getStartedAt())
                            .withFinishedAt(now())
                            .endTerminated()
                            .build();
        }
        return status;
    }

    boolean started() {
        return process.isPresent();
    }

    /** Its main process and all below it. */
    List<ProcessHandle> processes() {
        return process.stream().flatMap(p -> p.toHandle().descendants()).toList();
    }

    /** A container that was ready stays so until it ends: real ones fail ten probes first. */
    void probe(String ip) {
        ready = ready || (process.filter(Process::isAlive).isPresent() && answers(ip));
    }

    boolean ready() {
        return ready;
    }

    private boolean answers(String ip) {
        if (container.getReadinessProbe() == null) {
            return true;
        }
        HTTPGetAction get = container.getReadinessProbe().getHttpGet();
        URI uri =
                URI.create(
                        "http://%s:%d%s".formatted(ip, get.getPort().getIntVal(), get.getPath()));
        try {
            if (!(uri.toURL().openConnection() instanceof HttpURLConnection http)) {
                return false;
            }
            http.setConnectTimeout(PROBE_MILLIS);
            http.setReadTimeout(PROBE_MILLIS);
            return http.getResponseCode() < 400;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it wrote in this life, or in the one before. */
    Path log(boolean previous) {
        return folder.resolve(
                "%s-%d.log".formatted(container.getName(), previous ? lives - 1 : lives));
    }

    ContainerStatus status() {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withReady(ready)
                .withStarted(ready)
                .withRestartCount(Math.max(0, lives - 1))
                .withState(state)
                .withLastState(last.orElse(null))
                .build();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
