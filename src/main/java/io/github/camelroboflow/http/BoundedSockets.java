package io.github.camelroboflow.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the sockets of one conversation in another protocol than HTTP. The conversation ends when its time is over, whatever it
 * waits for, and when the server has sent too much.
 */
public final class BoundedSockets extends SocketFactory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedSockets.class);

    private final long most;
    private final AtomicLong received = new AtomicLong();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final TimeLimit limit;

    /** @param most the largest number of bytes that the server may send */
    public BoundedSockets(Duration time, long most) {
        this.most = most;
        this.limit = new TimeLimit(this::closeAll, time);
    }

    /** Returns whether the time is over. */
    public boolean isOver() {
        return limit.isOver();
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Bounded();
        open.add(socket);
        if (limit.isOver()) {
            closeAll();
        }
        return socket;
    }

    /**
     * Returns a factory that speaks TLS over such sockets when they are connected. Its failures name the certificate.
     *
     * @throws IllegalArgumentException if Java's properties name certificates that can't be used
     */
    public SSLSocketFactory tls() {
        return new Tls(SystemTls.context().getSocketFactory());
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("only sockets without a connection are made");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        return createSocket(host, port);
    }

    private void closeAll() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("not closed in order", e);
            }
        }
    }

    /** Ends the limit of the time, and closes what is still open. */
    @Override
    public void close() {
        limit.close();
        closeAll();
    }

    /** The clients that use it connect a socket first. */
    private final class Tls extends SSLSocketFactory {

        private final SSLSocketFactory delegate;

        Tls(SSLSocketFactory delegate) {
            this.delegate = delegate;
        }

        @Override
        public Socket createSocket() {
            return BoundedSockets.this.createSocket();
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            return delegate.createSocket(connected, host, port, autoClose);
        }

        @Override
        public Socket createSocket(String host, int port) {
            return BoundedSockets.this.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            return createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            return createSocket(host.getHostAddress(), port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            return createSocket(host, port);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return delegate.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return delegate.getSupportedCipherSuites();
        }
    }

    private final class Bounded extends Socket {

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {

                @Override
                public int read() throws IOException {
                    int next = super.read();
                    count(next < 0 ? 0 : 1);
                    return next;
                }

                @Override
                public int read(byte[] bytes, int from, int count) throws IOException {
                    int read = super.read(bytes, from, count);
                    count(Math.max(0, read));
                    return read;
                }
            };
        }

        private void count(int bytes) throws IOException {
            if (received.addAndGet(bytes) > most) {
                throw new EndlessAnswerException("it sent more than " + most + " bytes");
            }
        }
    }

    /** Thrown if a server sends more than it may. */
    public static final class EndlessAnswerException extends IOException {

        private static final long serialVersionUID = 1L;

        EndlessAnswerException(String message) {
            super(message);
        }
    }
}
