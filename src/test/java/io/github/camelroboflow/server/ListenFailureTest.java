package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that can't listen reports the reason and the alternatives. */
class ListenFailureTest {

    private static final ServerSettings.Keys KEYS = new ServerSettings.Keys(List.of("key"));

    private static RoboflowServer start(String host, int port) throws IOException {
        return RoboflowServer.start(ServerSettings.of(host, port, KEYS), new FakeModels());
    }

    @Test
    void aPortThatAnotherProgramHas() throws IOException {
        try (RoboflowServer first = start("localhost", 0)) {
            assertThatThrownBy(() -> start("localhost", first.port())).isInstanceOf(IOException.class)
                    .hasMessage("can't listen at localhost:" + first.port()
                            + ": another program uses that port: stop that program, or choose another port");
        }
    }

    @Test
    void anAddressOfAnotherMachine() {
        assertThatThrownBy(() -> start("192.0.2.1", 39999)).isInstanceOf(IOException.class)
                .hasMessage("can't listen at 192.0.2.1:39999:"
                        + " this machine has no such address: write one that it has, or 0.0.0.0 for all of them");
    }

    @Test
    void aNameWithoutAnAddress() {
        assertThatThrownBy(() -> start("no host", 39999)).isInstanceOf(IOException.class)
                .hasMessage("can't listen at no host:39999:"
                        + " that name has no address: write localhost, an address of this machine, or 0.0.0.0 for all of them");
    }

    @Test
    void aPortThatTheSystemKeeps() {
        assertThat(HttpListener.listenFailure("0.0.0.0", 80, new BindException("Permission denied")))
                .hasMessage("can't listen at 0.0.0.0:80:"
                        + " the system does not permit it, usually for a port below 1024: choose a higher port");
    }

    @Test
    void anUnknownReasonIsGivenInTheWordsOfTheSystem() {
        assertThat(HttpListener.listenFailure("localhost", 9001, new IOException("Too many open files")))
                .hasMessage("can't listen at localhost:9001: Too many open files");
    }
}
