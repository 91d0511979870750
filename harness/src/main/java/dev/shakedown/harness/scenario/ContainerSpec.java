package dev.shakedown.harness.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code ssh.container}: what the commands of a host run in. The hosts have the image already.
 *
 * @param shmGib size of {@code /dev/shm} in GiB; absent: 10 for each eight GPUs
 * @param devices of the host, beside its GPUs
 */
public record ContainerSpec(
        String image,
        Program runtime,
        Optional<Double> shmGib,
        List<String> devices,
        List<Mount> mounts) {

    /** Absolute, without what separates the parts of a mount, without a way up. */
    private static final Pattern PATH =
            Pattern.compile("(?!.*/\\.\\.(?:/|$))(?:/[A-Za-z0-9._@+=-]+)+/?");

    /** Takes the same command line, as far as it is used here. */
    public enum Program {
        DOCKER,
        PODMAN;

        /** Its name on the PATH. */
        public String command() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A folder of the host, and where the container sees it. */
    public record Mount(String source, String target, boolean readOnly) {
        /** At the same place. */
        public static Mount of(String folder) {
            return new Mount(folder, folder, false);
        }

        /** At the same place, not to be changed. */
        public static Mount readOnly(String folder) {
            return new Mount(folder, folder, true);
        }
    }

    public ContainerSpec {
        devices = List.copyOf(devices);
        mounts = List.copyOf(mounts);
    }

    /** The path of a folder, without a slash at its end. */
    public static String folder(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Whether a path of the hosts can be mounted. */
    public static boolean mountable(String path) {
        return PATH.matcher(path).matches();
    }
}
