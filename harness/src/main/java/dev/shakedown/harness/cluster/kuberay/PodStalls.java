package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.kuberay.Stall.Hope;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What keeps one pod from being ready, by what its status says. */
final class PodStalls {
    private static final Set<String> IMAGE =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");
    private static final Set<String> CONFIGURATION =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");
    private static final Pattern FINAL =
            Pattern.compile(
                    "not found|manifest unknown|unauthorized|denied|no such host|invalid reference|does not exist",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern NODES = Pattern.compile("0/(\\d+) nodes are available");
    private static final Pattern SHORT =
            Pattern.compile("(\\d+) Insufficient ([A-Za-z0-9./-]*[A-Za-z0-9])");

    /** {@code 1 node(s) had untolerated taint {a: b}}; a taint's value may hold anything. */
    private static final Pattern AGAINST =
            Pattern.compile("(\\d+) node\\(s\\) ((?:[^,.{]|\\{[^}]*\\})+)");

    private static final int OFTEN = 2;

    private final Pod pod;
    private final String namespace;
    private final String name;

    private PodStalls(Pod pod) {
        this.pod = pod;
        this.namespace = String.valueOf(pod.getMetadata().getNamespace());
        this.name = pod.getMetadata().getName();
    }

    static List<Stall> of(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        PodStalls stalls = new PodStalls(pod);
        return Stream.of(
                        stalls.unschedulable(),
                        stalls.failed(),
                        stalls.initContainers(),
                        stalls.containers())
                .flatMap(List::stream)
                .toList();
    }

    private List<Stall> unschedulable() {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
                .map(this::unschedulable)
                .toList();
    }

    private Stall unschedulable(PodCondition condition) {
        String said = String.valueOf(condition.getMessage());
        return new Stall(
                "pod %s cannot be scheduled%s".formatted(name, whyNot(said)),
                name,
                List.of(said),
                "kubectl describe nodes | grep -A8 'Allocated resources'; free GPUs, uncordon nodes, lower the shape, or correct kuberay.nodeSelector and kuberay.tolerations",
                Hope.SOME);
    }

    /** The scheduler counts each node once, at the first thing that speaks against it. */
    private String whyNot(String said) {
        Matcher nodes = NODES.matcher(said);
        if (!nodes.find()) {
            return "";
        }
        int all = Integer.parseInt(nodes.group(1));
        String verdicts = said.replaceFirst("(?s)\\. ?preemption:.*", "");
        List<String> against =
                AGAINST.matcher(verdicts)
                        .results()
                        .map(found -> found.group(1) + " " + inWords(found.group(2)))
                        .toList();
        Matcher lacking = SHORT.matcher(verdicts);
        if (!lacking.find()) {
            return against.isEmpty()
                    ? ""
                    : ": of %d nodes %s".formatted(all, String.join(", ", against));
        }
        int without = Integer.parseInt(lacking.group(1));
        String resource = lacking.group(2);
        String asks = ": it asks for %s %s on one node".formatted(asked(resource), resource);
        return against.isEmpty()
                ? asks + ", and %d of %d nodes have as many free".formatted(all - without, all)
                : asks
                        + "; of %d nodes %d have too few free, %s"
                                .formatted(all, without, String.join(", ", against));
    }

    private static String inWords(String verdict) {
        return verdict.equals("were unschedulable") ? "are cordoned" : verdict;
    }

    private String asked(String resource) {
        return pod.getSpec().getContainers().stream()
                .flatMap(c -> Optional.ofNullable(c.getResources()).stream())
                .flatMap(r -> Optional.ofNullable(r.getRequests()).stream())
                .flatMap(r -> Optional.ofNullable(r.get(resource)).stream())
                .map(String::valueOf)
                .findFirst()
                .orElse("some");
    }

    private List<Stall> failed() {
        if (!"Failed".equals(pod.getStatus().getPhase())) {
            return List.of();
        }
        String reason = Optional.ofNullable(pod.getStatus().getReason()).orElse("Failed");
        String message = Optional.ofNullable(pod.getStatus().getMessage()).orElse("");
        return List.of(
                new Stall(
                        "pod %s failed: %s".formatted(name, reason),
                        role(),
                        message.isEmpty() ? List.of() : List.of(message),
                        "kubectl get events -n %s --field-selector involvedObject.name=%s"
                                .formatted(namespace, name),
                        Hope.NONE));
    }

    private List<Stall> initContainers() {
        List<Stall> stalls = new ArrayList<>();
        for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
            stalls.addAll(waiting(status));
            if (running(status)) {
                stalls.add(
                        new Stall(
                                "init container %s of pod %s has not ended%s"
                                        .formatted(status.getName(), name, hint(status)),
                                name,
                                List.of(
                                        "kubectl logs -n %s %s -c %s"
                                                .formatted(namespace, name, status.getName())),
                                waitsForHead(status)
                                        ? "read its log; the head must answer on port 6379 under its service name, with the same Ray in both images"
                                        : "read its log; it came by kuberay.podPatch or an admission webhook of the cluster",
                                Hope.SOME));
            }
        }
        return stalls;
    }

    private static String hint(ContainerStatus status) {
        return waitsForHead(status) ? ": it waits for Ray's head (GCS)" : "";
    }

    /** The operator's own, in workers. */
    private static boolean waitsForHead(ContainerStatus status) {
        return status.getName().equals("wait-gcs-ready");
    }

    private static boolean running(ContainerStatus status) {
        ContainerState state = status.getState();
        return state != null && state.getRunning() != null;
    }

    private List<Stall> containers() {
        return pod.getStatus().getContainerStatuses().stream()
                .flatMap(status -> waiting(status).stream())
                .toList();
    }

    private List<Stall> waiting(ContainerStatus status) {
        Optional<Stall> killed = outOfMemory(status);
        if (killed.isPresent()) {
            return List.of(killed.get());
        }
        ContainerStateWaiting waiting =
                status.getState() == null ? null : status.getState().getWaiting();
        if (waiting == null || waiting.getReason() == null) {
            return List.of();
        }
        String reason = waiting.getReason();
        String message = Optional.ofNullable(waiting.getMessage()).orElse("");
        if (IMAGE.contains(reason)) {
            return List.of(image(status, reason, message));
        }
        if (CONFIGURATION.contains(reason)) {
            return List.of(
                    stall(
                            "container %s of pod %s cannot be made: %s"
                                    .formatted(status.getName(), name, reason),
                            message,
                            describe()));
        }
        return reason.equals("CrashLoopBackOff") ? List.of(crashes(status, message)) : List.of();
    }

    private Stall image(ContainerStatus status, String reason, String message) {
        boolean hopeless =
                FINAL.matcher(message).find()
                        || reason.startsWith("Invalid")
                        || reason.endsWith("NeverPull");
        return new Stall(
                "image %s of pod %s cannot be pulled: %s"
                        .formatted(status.getImage(), name, reason),
                name,
                message.isEmpty() ? List.of(describe()) : List.of(message),
                "check kuberay.image; a registry that asks for a login needs imagePullSecrets by kuberay.podPatch",
                hopeless ? Hope.NONE : Hope.SOME);
    }

    private Stall crashes(ContainerStatus status, String message) {
        String exit = last(status).map(t -> " with status " + t.getExitCode()).orElse("");
        return stall(
                "container %s of pod %s keeps ending%s (CrashLoopBackOff, %d restarts)"
                        .formatted(status.getName(), name, exit, restarts(status)),
                message,
                "kubectl logs -n %s %s -c %s --previous"
                        .formatted(namespace, name, status.getName()));
    }

    private Optional<Stall> outOfMemory(ContainerStatus status) {
        boolean now =
                Optional.ofNullable(status.getState())
                        .flatMap(s -> Optional.ofNullable(s.getTerminated()))
                        .filter(t -> "OOMKilled".equals(t.getReason()))
                        .isPresent();
        boolean before = last(status).filter(t -> "OOMKilled".equals(t.getReason())).isPresent();
        boolean ready = Boolean.TRUE.equals(status.getReady());
        if (!now && (!before || (ready && restarts(status) < OFTEN))) {
            return Optional.empty();
        }
        return Optional.of(
                stall(
                        "container %s of pod %s was killed for memory (OOMKilled, %d restarts)"
                                .formatted(status.getName(), name, restarts(status)),
                        "its limit: " + limit(status.getName()),
                        "raise the memory limit by kuberay.podPatch; /dev/shm counts against it"));
    }

    private String limit(String container) {
        return pod.getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(container))
                .flatMap(c -> Optional.ofNullable(c.getResources()).stream())
                .flatMap(r -> Optional.ofNullable(r.getLimits()).stream())
                .flatMap(l -> Optional.ofNullable(l.get("memory")).stream())
                .map(String::valueOf)
                .findFirst()
                .orElse("none of its own, so the node's");
    }

    private Stall stall(String what, String evidence, String next) {
        return new Stall(
                what, name, evidence.isEmpty() ? List.of() : List.of(evidence), next, Hope.NONE);
    }

    private String describe() {
        return "kubectl describe pod -n %s %s".formatted(namespace, name);
    }

    /** A failed pod is replaced by one of another name within seconds. */
    private String role() {
        return Optional.ofNullable(pod.getMetadata().getLabels().get("ray.io/node-type"))
                .orElse(name);
    }

    private static int restarts(ContainerStatus status) {
        return Optional.ofNullable(status.getRestartCount()).orElse(0);
    }

    private static Optional<ContainerStateTerminated> last(ContainerStatus status) {
        return Optional.ofNullable(status.getLastState())
                .flatMap(s -> Optional.ofNullable(s.getTerminated()));
    }
}
