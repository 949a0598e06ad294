package io.github.camelroboflow.hosted.fake;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A server that accepts no connection: its queue is full, so that the system does not respond to further ones. */
public final class UnresponsiveServer implements AutoCloseable {

    private static final int MORE_THAN_MAY_WAIT = 8;

    private final ServerSocket socket;
    private final List<SocketChannel> waiting = new ArrayList<>();

    private UnresponsiveServer(ServerSocket socket) {
        this.socket = socket;
    }

    public static UnresponsiveServer start() throws IOException {
        UnresponsiveServer server = new UnresponsiveServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < MORE_THAN_MAY_WAIT; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(server.socket.getLocalSocketAddress());
            server.waiting.add(channel);
        }
        await().until(() -> server.waiting.get(0).finishConnect());
        return server;
    }

    public String address() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : waiting) {
            channel.close();
        }
        socket.close();
    }
}
