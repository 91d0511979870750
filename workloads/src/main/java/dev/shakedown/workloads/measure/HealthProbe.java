package dev.shakedown.workloads.measure;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Watches this process: a thread that sleeps for a short time and notes when it wakes too late, the
 * collectors' pauses, and each second the CPU time used and how busy the event loops were.
 */
public final class HealthProbe implements AutoCloseable {
    /** Shorter oversleeping is ordinary scheduling, and shows in the send delay. */
    public static final long STALL_NS = 50_000_000;

    private static final long SLEEP_NS = 5_000_000;
    private static final int MAX_STALLS = 10_000;

    private record Pause(long startNs, long endNs) {}

    private final RunClock clock;
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<Stall> stalls = new ArrayList<>();
    private final ConcurrentLinkedQueue<Pause> pauses = new ConcurrentLinkedQueue<>();
    private final LongAdder pauseNs = new LongAdder();
    private final BusySeconds seconds = new BusySeconds();
    private final Supplier<List<ThreadWork>> loops;
    private final Map<ThreadWork, ThreadWork.Sum> loopsBefore = new HashMap<>();
    private final NotificationListener collections = this::collected;
    private final Thread sleeper;
    private volatile boolean closed;
    private long cpuBeforeNs;
    private long secondBeforeNs;
    private volatile long worstOversleepNs;

    /**
     * Watches until it is closed.
     *
     * @param loops the event loops that have started so far
     */
    public HealthProbe(RunClock clock, Supplier<List<ThreadWork>> loops) {
        this.clock = clock;
        this.loops = loops;
        cpuBeforeNs = system.getProcessCpuTime();
        secondBeforeNs = clock.nowNs();
        ManagementFactory.getGarbageCollectorMXBeans().forEach(this::listen);
        sleeper = Thread.ofPlatform().daemon().name("shakedown-jitter").start(this::watch);
    }

    /** What happened in the last second, for the time series; called each second by one thread. */
    public List<Sample> second() {
        long now = clock.nowNs();
        long cpu = system.getProcessCpuTime();
        long lengthNs = Math.max(1, now - secondBeforeNs);
        double cores = (double) (cpu - cpuBeforeNs) / lengthNs;
        double busy = Math.max(0, system.getCpuLoad());
        Map<ThreadWork, ClientHealth.Loop> each = loops(lengthNs);
        seconds.add(new BusySeconds.Second(secondBeforeNs, lengthNs, cores, busy, each));
        cpuBeforeNs = cpu;
        secondBeforeNs = now;
        long oversleep = worstOversleepNs;
        worstOversleepNs = 0;
        return List.of(
                Sample.of("process_cpu_cores", cores),
                Sample.of("system_cpu_ratio", busy),
                Sample.of("loop_busy_ratio_max", busiest(each)),
                Sample.of("gc_pause_ns_total", (double) pauseNs.sum()),
                Sample.of("oversleep_max_ns", (double) oversleep));
    }

    /** All stalls so far. */
    public List<Stall> stalls() {
        synchronized (stalls) {
            return stalls.stream().map(this::withCause).toList();
        }
    }

    /**
     * The summary; requests are touched as the caller has counted.
     *
     * @param measuredNs when the measured phase began: warming up may cost what it costs
     */
    public ClientHealth summary(long touchedRequests, long measuredNs) {
        return new ClientHealth(
                Runtime.getRuntime().availableProcessors(),
                stalls(),
                touchedRequests,
                seconds.peak(measuredNs, BusySeconds.Second::processCores),
                seconds.peak(measuredNs, BusySeconds.Second::systemCpu),
                pauseNs.sum(),
                seconds.peakLoop(measuredNs));
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(sleeper);
        ManagementFactory.getGarbageCollectorMXBeans().forEach(this::unlisten);
    }

    private Map<ThreadWork, ClientHealth.Loop> loops(long lengthNs) {
        Map<ThreadWork, ClientHealth.Loop> each = new HashMap<>();
        for (ThreadWork thread : loops.get()) {
            ThreadWork.Sum now = thread.soFar();
            ThreadWork.Sum before = loopsBefore.put(thread, now);
            if (before != null) {
                each.put(
                        thread,
                        new ClientHealth.Loop(
                                (double) (now.ranNs() - before.ranNs()) / lengthNs,
                                (double) (now.waitedNs() - before.waitedNs()) / lengthNs));
            }
        }
        return each;
    }

    private static double busiest(Map<ThreadWork, ClientHealth.Loop> each) {
        return each.values().stream().mapToDouble(ClientHealth.Loop::busy).max().orElse(0);
    }

    private void watch() {
        while (!closed) {
            long before = clock.nowNs();
            LockSupport.parkNanos(SLEEP_NS);
            long over = clock.nowNs() - before - SLEEP_NS;
            worstOversleepNs = Math.max(worstOversleepNs, over);
            if (over >= STALL_NS) {
                synchronized (stalls) {
                    if (stalls.size() < MAX_STALLS) {
                        stalls.add(new Stall(before + SLEEP_NS, over, "scheduling"));
                    }
                }
            }
        }
    }

    private Stall withCause(Stall stall) {
        long end = stall.startNs() + stall.durationNs();
        boolean gc =
                pauses.stream().anyMatch(p -> p.startNs() <= end && p.endNs() >= stall.startNs());
        return gc ? new Stall(stall.startNs(), stall.durationNs(), "gc") : stall;
    }

    private void listen(GarbageCollectorMXBean collector) {
        // A concurrent collector's bean reports the length of its cycle, not a pause.
        if (collector instanceof NotificationEmitter emitter && !isConcurrent(collector)) {
            emitter.addNotificationListener(collections, null, null);
        }
    }

    private void unlisten(GarbageCollectorMXBean collector) {
        if (collector instanceof NotificationEmitter emitter && !isConcurrent(collector)) {
            try {
                emitter.removeNotificationListener(collections);
            } catch (ListenerNotFoundException e) {
                // Closed twice: nothing is left to remove.
            }
        }
    }

    private static boolean isConcurrent(GarbageCollectorMXBean collector) {
        String name = collector.getName();
        return name.contains("Concurrent") || name.contains("Cycles");
    }

    private void collected(Notification notification, Object handback) {
        if (!GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
                notification.getType())) {
            return;
        }
        long durationNs =
                1_000_000
                        * GarbageCollectionNotificationInfo.from(
                                        (CompositeData) notification.getUserData())
                                .getGcInfo()
                                .getDuration();
        // Milliseconds, and told a little late: the pause is taken to have ended just now.
        long now = clock.nowNs();
        pauseNs.add(durationNs);
        // A shorter one explains no stall; an hour of them would fill a list.
        if (durationNs >= STALL_NS / 2) {
            pauses.add(new Pause(now - durationNs - 5_000_000, now));
        }
    }
}
