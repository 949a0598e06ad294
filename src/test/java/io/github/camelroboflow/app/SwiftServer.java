package io.github.camelroboflow.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.http.Certificates;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.net.SocketFactory;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The OpenStack Swift that is installed on this machine: one node with its S3 API, which speaks the plain protocol only. Tests use
 * its own API, which takes objects that S3's does not. It knows the keys of {@link AwsCredentials}.
 */
final class SwiftServer implements AutoCloseable {

    private static final Path NODE = Path.of("src/test/servers/swift/node.py");
    private static final Optional<String> PYTHON =
            Stream.of("python3", "/usr/bin/python3").filter(SwiftServer::hasSwift).findFirst();

    /** An answer's headers and its body. */
    private record Answer(String head, String body) {

        boolean isGood() {
            return head.matches("(?s)HTTP/1\\.\\d 2.*");
        }
    }

    private final String address;
    private final Path trustStore;
    private final Process process;
    private String token = "";

    /** @param tls whether it is reached by HTTPS, with a certificate that {@link #trustStore} knows */
    SwiftServer(Path folder, boolean tls) {
        int port = Ports.free();
        address = (tls ? "https" : "http") + "://127.0.0.1:" + port;
        Path key = tls ? Certificates.key(folder, "swift", "-ext", "san=ip:127.0.0.1") : null;
        trustStore = tls ? Certificates.trust(key) : null;
        List<String> command = new ArrayList<>(List.of(PYTHON.orElseThrow(), NODE.toString(), folder.resolve("swift").toString(),
                String.valueOf(port)));
        Path log = folder.resolve("swift.log");
        try {
            if (tls) {
                command.addAll(pem(key));
            }
            // it ends with its input, so also when this JVM is killed
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        try {
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(this::isReady);
        } catch (ConditionTimeoutException e) {
            close();
            throw new AssertionError("Swift did not start: " + read(log), e);
        }
    }

    /** Whether it is there, and files can have the attributes that it needs. */
    static boolean isInstalled() {
        return PYTHON.isPresent();
    }

    private static boolean hasSwift(String python) {
        Path file = null;
        try {
            file = Files.createTempFile("swift", ".probe");
            Process probe = new ProcessBuilder(python, "-c", "import os, sys, swift.proxy.server, swift.obj.server\n"
                    + "os.setxattr(sys.argv[1], 'user.swift', b'1')", file.toString()).redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return probe.waitFor(1, TimeUnit.MINUTES) && probe.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    private static List<String> pem(Path key) throws IOException, GeneralSecurityException {
        char[] password = Certificates.PASSWORD.toCharArray();
        KeyStore store = KeyStore.getInstance(key.toFile(), password);
        return List.of(pem(key, "CERTIFICATE", store.getCertificate("key").getEncoded()),
                pem(key, "PRIVATE KEY", store.getKey("key", password).getEncoded()));
    }

    private static String pem(Path key, String kind, byte[] content) throws IOException {
        return Files.writeString(key.resolveSibling(kind + ".pem"), "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + kind + "-----\n").toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        token = ask("GET", "/auth/v1.0", null, "X-Storage-User", S3Server.KEY_ID, "X-Storage-Pass", S3Server.SECRET).head()
                .replaceFirst("(?is).*X-Auth-Token: *(\\S+).*", "$1");
        createBucket("ready");
        put("ready", "a", new byte[1]);
        return true;
    }

    String address() {
        return address;
    }

    /** A store of certificates by which this server's is trusted. */
    Path trustStore() {
        return trustStore;
    }

    /** The properties with which the program uses it. */
    Map<String, String> properties() {
        return Map.of("s3.overrideEndpoint", "true", "s3.endpoint", address, "s3.forcePathStyle", "true", "s3.delay", "50");
    }

    void createBucket(String name) {
        ask("PUT", "/v1/AUTH_test/" + name, new byte[0]);
    }

    /** @param headers names and values */
    void put(String bucket, String key, byte[] content, String... headers) {
        ask("PUT", path(bucket, key), content, headers);
    }

    /** Puts an object as a list of its parts, each of which is an object of another bucket. */
    void putInParts(String bucket, String key, byte[]... parts) {
        createBucket("parts");
        for (int i = 0; i < parts.length; i++) {
            put("parts", key + i, parts[i]);
        }
        String list = IntStream.range(0, parts.length).mapToObj(i -> "{\"path\": \"/parts/" + key + i + "\"}").toList().toString();
        ask("PUT", path(bucket, key) + "?multipart-manifest=put", list.getBytes(UTF_8));
    }

    String read(String bucket, String key) {
        return ask("GET", path(bucket, key), null).body();
    }

    /** Whether it would be read; it may be listed all the same. */
    boolean has(String bucket, String key) {
        return send("HEAD", path(bucket, key), null).isGood();
    }

    /** A header of an object; {@code null} if it has none of that name. */
    String header(String bucket, String key, String name) {
        Matcher header = Pattern.compile("(?im)^" + Pattern.quote(name) + ": *(.*)$").matcher(ask("HEAD", path(bucket, key), null)
                .head());
        return header.find() ? header.group(1) : null;
    }

    List<String> keys(String bucket) {
        try {
            return StreamSupport.stream(new ObjectMapper().readTree(ask("GET", "/v1/AUTH_test/" + bucket + "?format=json", null)
                    .body()).spliterator(), false).map(object -> object.get("name").textValue()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(String bucket, String key) {
        return "/v1/AUTH_test/" + bucket + "/" + URLEncoder.encode(key, UTF_8).replace("+", "%20").replace("%2F", "/");
    }

    private Answer ask(String method, String path, byte[] content, String... headers) {
        Answer answer = send(method, path, content, headers);
        if (!answer.isGood()) {
            throw new IllegalStateException(method + " " + path + ": " + answer);
        }
        return answer;
    }

    /** Sends headers in UTF-8, which no client of Java's does, by HTTP 1.0, for an answer without chunks. */
    private Answer send(String method, String path, byte[] content, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\nX-Auth-Token: " + token + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        head.append(content == null ? "" : "Content-Length: " + content.length + "\r\n");
        URI server = URI.create(address);
        SocketFactory sockets = trustStore == null ? SocketFactory.getDefault()
                : Certificates.server(trustStore, trustStore).getSocketFactory();
        try (Socket socket = sockets.createSocket(server.getHost(), server.getPort())) {
            OutputStream request = socket.getOutputStream();
            request.write(head.append("\r\n").toString().getBytes(UTF_8));
            request.write(content == null ? new byte[0] : content);
            request.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Answer(answer.substring(0, end), answer.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
    }
}
