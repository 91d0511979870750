package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Balance;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The provider's block as plain values; see {@link Resolved}. */
final class ResolvedProvider {
    private static final int MIB_PER_GIB = 1024;

    private ResolvedProvider() {}

    static Optional<Map<String, Object>> of(ProviderSpec provider) {
        return switch (provider) {
            case ProviderSpec.Simulated _ -> Optional.empty();
            case LocalSpec local -> Optional.of(local(local));
            case AttachSpec attach -> Optional.of(attach(attach));
            case ForeignRaySpec ray -> Optional.of(foreignRay(ray));
            case SshSpec ssh -> Optional.of(ssh(ssh));
            case KubeRaySpec kuberay -> Optional.of(ResolvedKubeRay.of(kuberay));
            case ExistingRayClusterSpec there -> Optional.of(ResolvedKubeRay.of(there));
        };
    }

    private static Map<String, Object> local(LocalSpec local) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("python", local.python());
        local.headPort().ifPresent(port -> map.put("headPort", port));
        local.cpus().ifPresent(cpus -> map.put("cpus", cpus));
        return map;
    }

    private static Map<String, Object> attach(AttachSpec attach) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (attach.replicas().isEmpty()) {
            map.put("baseUrl", attach.baseUrl().toString());
        } else {
            map.put("baseUrl", attach.baseUrls().stream().map(URI::toString).toList());
            map.put("balance", attach.balance() == Balance.STICKY ? "sticky" : "roundRobin");
        }
        attach.rayDashboard().ifPresent(url -> map.put("rayDashboard", url.toString()));
        map.put("shared", attach.shared());
        attach.caFile().ifPresent(file -> map.put("caFile", file.toString()));
        attach.apiKeyFile().ifPresent(file -> map.put("apiKeyFile", file.toString()));
        return map;
    }

    private static Map<String, Object> foreignRay(ForeignRaySpec ray) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rayDashboard", ray.dashboard().toString());
        map.put("startEngine", ray.startEngine());
        ray.baseUrl().ifPresent(url -> map.put("baseUrl", url.toString()));
        return map;
    }

    private static Map<String, Object> ssh(SshSpec ssh) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("hosts", ssh.slurm().isPresent() ? SshSpec.SLURM : ssh.hosts());
        if (ssh.slurm().filter(SshSpec.Slurm::bySrun).isPresent()) {
            map.put("launcher", "srun");
        }
        ssh.user().ifPresent(user -> map.put("user", user));
        ssh.configFile().ifPresent(file -> map.put("configFile", file.toString()));
        map.put("python", ssh.python());
        map.put("interface", ssh.networkInterface().orElse(SshSpec.AUTO));
        if (!ssh.gpus().isEmpty()) {
            map.put("gpus", ssh.gpus());
        }
        ssh.portBase().ifPresent(port -> map.put("portBase", port));
        ssh.container().ifPresent(container -> map.put("container", container(container)));
        return map;
    }

    private static Map<String, Object> container(ContainerSpec container) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("image", container.image());
        map.put("runtime", container.runtime().command());
        container
                .shmGib()
                .ifPresent(gib -> map.put("shmSize", Math.round(gib * MIB_PER_GIB) + "MiB"));
        if (!container.devices().isEmpty()) {
            map.put("devices", container.devices());
        }
        if (!container.mounts().isEmpty()) {
            map.put("mounts", container.mounts().stream().map(ResolvedProvider::mount).toList());
        }
        return map;
    }

    private static String mount(ContainerSpec.Mount mount) {
        return mount.source() + ":" + mount.target() + (mount.readOnly() ? ":ro" : "");
    }
}
