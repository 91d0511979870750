package dev.shakedown.workloads.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How long one thread has had something to do: it ran, or it was ready and waited for a core. Linux
 * tells both in {@code /proc/PID/task/TID/schedstat} (kernel documentation, "Scheduler
 * Statistics"); elsewhere only the running is known.
 */
public final class ThreadWork {
    private final long threadId;
    private final Optional<Path> schedstat;

    private ThreadWork(long threadId, Optional<Path> schedstat) {
        this.threadId = threadId;
        this.schedstat = schedstat;
    }

    /** Sums since the thread began, in nanoseconds. */
    record Sum(long ranNs, long waitedNs) {}

    /** Of the thread that asks: only it can learn the kernel's number of itself. */
    public static ThreadWork ofThisThread() {
        return new ThreadWork(Thread.currentThread().threadId(), schedstatOfThisThread());
    }

    /** So far; zero for a thread that is gone. */
    Sum soFar() {
        return schedstat.flatMap(ThreadWork::read).orElseGet(this::cpuTime);
    }

    private Sum cpuTime() {
        return new Sum(
                Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId)), 0);
    }

    private static Optional<Path> schedstatOfThisThread() {
        try {
            Path proc = Path.of("/proc");
            Path task = Files.readSymbolicLink(proc.resolve("thread-self"));
            Path file = proc.resolve(task).resolve("schedstat");
            return read(file).map(_ -> file);
        } catch (IOException | UnsupportedOperationException noSuchKernel) {
            return Optional.empty();
        }
    }

    private static Optional<Sum> read(Path file) {
        try {
            String[] fields = Files.readString(file).strip().split(" ", -1);
            return Optional.of(new Sum(Long.parseLong(fields[0]), Long.parseLong(fields[1])));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException untold) {
            return Optional.empty();
        }
    }
}
