package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy in a process of its own, with its buckets in a folder, so that they outlive a stop; checks keys and signatures. */
public final class S3Server implements AutoCloseable {

    public static final String KEY_ID = "test:tester";
    public static final String SECRET = "test-secret";

    private static final Path JAR = Path.of("target/it/s3proxy.jar");

    private final ServerProcess process;
    private final int port = Ports.free();
    private final S3Client client;

    public S3Server(Path folder) {
        this(folder, "filesystem-nio2", SECRET);
    }

    /** One that keeps its buckets in memory, where keys may be as long as S3 allows: longer than a folder's. */
    static S3Server inMemory(Path folder) {
        return new S3Server(folder, "transient-nio2", SECRET);
    }

    /** One whose secret is not the usual one. */
    static S3Server withSecret(Path folder, String secret) {
        return new S3Server(folder, "filesystem-nio2", secret);
    }

    private S3Server(Path folder, String provider, String secret) {
        client = S3Client.builder().endpointOverride(URI.create(address())).region(Region.US_EAST_1).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, secret))).build();
        try {
            Path buckets = Files.createDirectories(folder.resolve("buckets"));
            Path configuration = Files.write(folder.resolve("s3proxy.conf"), List.of("s3proxy.endpoint=" + address(),
                    "s3proxy.authorization=aws-v2-or-v4", "s3proxy.identity=" + KEY_ID, "s3proxy.credential=" + secret,
                    "s3proxy.ignore-unknown-headers=true", "jclouds.provider=" + provider,
                    "jclouds.filesystem.basedir=" + buckets));
            process = new ServerProcess("s3proxy", JAR.toAbsolutePath().toString(), port, folder, "org.gaul.s3proxy.Main",
                    "--properties", configuration.toAbsolutePath().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public S3Server start() {
        process.start();
        return this;
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /** What the program needs to be told to use its bucket {@code images}. */
    public Map<String, String> properties(Path data) {
        return Map.of("s3.overrideEndpoint", "true", "s3.endpoint", address(), "s3.forcePathStyle", "true", "s3.delay", "50",
                "delivery.database", "jdbc:h2:file:" + data.toAbsolutePath().resolve("database") + "",
                "outbox.refused", data.toAbsolutePath().resolve("refused").toString());
    }

    public S3Client client() {
        return client;
    }

    public void put(String bucket, String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key).contentType("image/jpeg"), RequestBody.fromBytes(content));
    }

    public String read(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asUtf8String();
    }

    public List<String> keys(String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream().map(S3Object::key).sorted()
                .toList();
    }

    public void stop() {
        process.close();
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
