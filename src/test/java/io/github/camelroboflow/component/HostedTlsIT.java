package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with its own certificate is used only if the user trusts that certificate. */
public class HostedTlsIT {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private KeyStoreParameters certificate;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        certificate = new KeyStoreParameters();
        certificate.setResource("file:" + keyStore());
        certificate.setPassword(PASSWORD);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KeyManagersParameters keys = new KeyManagersParameters();
        keys.setKeyStore(certificate);
        keys.setKeyPassword(PASSWORD);
        SSLContextParameters own = new SSLContextParameters();
        own.setKeyManagers(keys);
        server.setHttpsConfigurator(new HttpsConfigurator(own.createSSLContext(context)));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] answer = "{\"image\":{\"width\":1,\"height\":1},\"predictions\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        context.start();
    }

    private Path keyStore() throws Exception {
        Path file = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        return file;
    }

    @AfterEach
    void stop() {
        context.stop();
        server.stop(0);
    }

    private SSLContextParameters trust() {
        TrustManagersParameters trusted = new TrustManagersParameters();
        trusted.setKeyStore(certificate);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trusted);
        return parameters;
    }

    private Exchange send(String options) {
        String uri = "roboflow:my-project/3?maxRetries=0&apiUrl=https://127.0.0.1:" + server.getAddress().getPort() + options;
        return context.createProducerTemplate().send(uri, exchange -> exchange.getMessage().setBody(new byte[] {1}));
    }

    @Test
    void byTheEndpointsParameters() {
        context.getRegistry().bind("tls", trust());

        assertThat(send("&sslContextParameters=#tls").getMessage().getBody()).isInstanceOf(Detections.class);
    }

    @Test
    void byTheContextsParametersIfTheComponentUsesThem() {
        context.setSSLContextParameters(trust());
        context.getComponent("roboflow", RoboflowComponent.class).setUseGlobalSslContextParameters(true);

        assertThat(send("").getMessage().getBody()).isInstanceOf(Detections.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&sslContextParameters=#tls", ""})
    void byTheParametersOfUploadsOrElseOfModels(String options) {
        context.getRegistry().bind("tls", trust());
        if (options.isEmpty()) {
            context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setSslContextParameters(trust());
        }
        String uri = "roboflow-upload:my-project?maxRetries=0&apiUrl=https://127.0.0.1:" + server.getAddress().getPort() + options;

        // the server answers, although it does not accept uploads
        assertThat(context.createProducerTemplate().send(uri, exchange -> exchange.getMessage().setBody(new byte[] {1}))
                .getException()).isInstanceOf(RoboflowException.class).hasMessageContaining("rejects image");
    }

    @Test
    void anUntrustedCertificateIsRefused() {
        assertThat(send("").getException()).isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("SSLHandshakeException");
    }

    @Test
    void unusableParametersStopTheStart() {
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setSecureSocketProtocol("no such protocol");
        context.getRegistry().bind("tls", parameters);

        assertThatThrownBy(() -> context.getEndpoint("roboflow:a/1?apiUrl=https://localhost&sslContextParameters=#tls"))
                .hasStackTraceContaining("sslContextParameters can't be used: no such protocol");
    }
}
