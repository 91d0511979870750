package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.ThreadWork;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The threads of event-loop transports, one a core, each with the buffer that it reads in. */
final class EventLoops implements AutoCloseable {
    private static final int MOST_LOOPS = 8;
    private static final int CLOSE_SECONDS = 5;

    private final EventLoopGroup loops;
    private final Map<EventExecutor, LoopBuffer> buffers = new HashMap<>();
    private final List<ThreadWork> work = new CopyOnWriteArrayList<>();

    EventLoops() {
        loops =
                new MultiThreadIoEventLoopGroup(
                        Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors()),
                        threads(),
                        Epoll.isAvailable()
                                ? EpollIoHandler.newFactory()
                                : NioIoHandler.newFactory());
        loops.forEach(loop -> buffers.put(loop, new LoopBuffer()));
    }

    EventLoop next() {
        return loops.next();
    }

    LoopBuffer buffer(EventLoop loop) {
        return Objects.requireNonNull(buffers.get(loop), "each loop has one");
    }

    /** Those that have started so far. */
    List<ThreadWork> work() {
        return List.copyOf(work);
    }

    @Override
    public void close() {
        boolean _ =
                loops.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        buffers.values().forEach(LoopBuffer::close);
    }

    private ThreadFactory threads() {
        return new DefaultThreadFactory("shakedown-load", true) {
            @Override
            public Thread newThread(Runnable loop) {
                return super.newThread(
                        () -> {
                            work.add(ThreadWork.ofThisThread());
                            loop.run();
                        });
            }
        };
    }
}
