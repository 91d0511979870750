package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** In front of a server: its first connection is torn off after a while, without a word. */
final class TearingRelay implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Duration life;

    TearingRelay(int target, Duration life) throws IOException {
        this.listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.target = target;
        this.life = life;
        Thread.ofVirtual().start(this::serve);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void serve() {
        try {
            Socket first = relay();
            Thread.sleep(life);
            first.close();
            while (!listening.isClosed()) {
                relay();
            }
        } catch (IOException closed) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket relay() throws IOException {
        Socket near = listening.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        pump(near, far);
        pump(far, near);
        return near;
    }

    private static void pump(Socket from, Socket to) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (from;
                                    to) {
                                from.getInputStream().transferTo(to.getOutputStream());
                            } catch (IOException torn) {
                                return;
                            }
                        });
    }
}
