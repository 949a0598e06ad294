package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.impl.bootstrap.AsyncServerBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpListenerTest {

    private final List<HttpAsyncServer> servers = new ArrayList<>();
    private final HttpListener listener = new HttpListener(this::server);

    private HttpAsyncServer server() {
        servers.add(AsyncServerBootstrap.bootstrap().setRequestRouter((request, context) -> null).create());
        return servers.get(servers.size() - 1);
    }

    @BeforeEach
    void listen() throws IOException {
        listener.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void abort() {
        listener.abort();
    }

    private int ask() {
        return Wire.ask(listener.address().getPort(), "GET", "/", (String) null, null).status();
    }

    @Test
    void listeningThatEndedByItselfIsBegunAgainAtTheSamePort() throws IOException {
        int port = listener.address().getPort();
        servers.get(0).close(CloseMode.IMMEDIATE);
        assertThatThrownBy(this::ask).hasRootCauseInstanceOf(IOException.class);

        listener.failed();
        listener.check();

        assertThat(ask()).isEqualTo(404);
        assertThat(listener.address().getPort()).isEqualTo(port);
    }

    /** Clients whose I/O thread had ended with an error stayed connected and were never answered. */
    @Test
    void aRenewedListenerServesTheSamePort() {
        int port = listener.address().getPort();
        assertThat(ask()).isEqualTo(404);

        listener.renew();

        assertThat(servers).hasSize(2);
        assertThat(ask()).isEqualTo(404);
        assertThat(listener.address().getPort()).isEqualTo(port);
    }

    @Test
    void listeningThatWasStoppedIsNotBegunAgain() {
        listener.stop();
        listener.renew();
        listener.failed();
        listener.check();

        assertThatThrownBy(this::ask).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aServerThatStillListensIsNotReplaced() {
        listener.failed();
        listener.check();

        assertThat(servers).hasSize(1);
        assertThat(ask()).isEqualTo(404);
    }
}
