package io.github.camelroboflow.component.server;

import io.github.camelroboflow.server.ServerSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code roboflow-server:} endpoint, and their defaults on the component. */
@UriParams
@Configurer
public class RoboflowServerConfiguration implements Cloneable {

    private static final ServerSettings DEFAULTS = ServerSettings.of("localhost", 0, ServerSettings.Keys.NONE);

    @UriParam(label = "security", secret = true)
    private String keys;
    @UriParam(label = "security")
    private String keysFile;
    @UriParam(label = "security")
    private String models;
    @UriParam(defaultValue = "0")
    private double maxRequestsPerSecond;
    @UriParam(defaultValue = "64")
    private int maxRequests = DEFAULTS.maxRequests();
    @UriParam(defaultValue = "20000000")
    private int maxRequestSize = DEFAULTS.maxRequestSize();
    @UriParam(label = "advanced", defaultValue = "1000")
    private int maxConnections = DEFAULTS.maxConnections();
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration")
    private long receiveTimeout = DEFAULTS.receiveTimeout().toMillis();
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration")
    private long idleTimeout = DEFAULTS.idleTimeout().toMillis();
    @UriParam(label = "advanced", defaultValue = "30s", javaType = "java.time.Duration")
    private long stopTimeout = DEFAULTS.stopTimeout().toMillis();
    @UriParam(label = "security", defaultValue = "true")
    private boolean imageUrls = DEFAULTS.imageUrls();

    /** @throws IllegalArgumentException naming the option that is wrong */
    ServerSettings settings(String host, int port) {
        return new ServerSettings(host, port, new ServerSettings.Keys(allKeys()), maxRequestsPerSecond, maxRequestSize, maxRequests,
                maxConnections, Duration.ofMillis(receiveTimeout), Duration.ofMillis(idleTimeout), Duration.ofMillis(stopTimeout),
                imageUrls);
    }

    private List<String> allKeys() {
        List<String> all = new ArrayList<>(list(keys));
        if (keysFile != null && !keysFile.isBlank()) {
            try {
                // removes the byte order mark that some editors on Windows write
                Files.readString(Path.of(keysFile.strip())).replaceFirst("^\uFEFF", "").lines()
                        .filter(line -> !line.strip().startsWith("#"))
                        .forEach(all::add);
            } catch (IOException e) {
                throw new IllegalArgumentException("keysFile=" + keysFile + " can't be read: " + reason(e), e);
            }
            if (all.stream().allMatch(String::isBlank)) {
                // otherwise a file that was emptied by mistake would let everybody on this machine in
                throw new IllegalArgumentException("keysFile=" + keysFile
                        + " holds no key: write one in a line, or leave the option out");
            }
        }
        return all;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file: make one, with a key in each line";
        }
        if (e instanceof AccessDeniedException) {
            return "this program's user may not read it";
        }
        return e instanceof CharacterCodingException ? "it is not UTF-8 text" : "check that it is a file";
    }

    /** Returns the models that the option models names; empty if it is not set. */
    List<String> modelNames() {
        return list(models);
    }

    private static List<String> list(String commaList) {
        return commaList == null ? List.of()
                : Arrays.stream(commaList.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }

    RoboflowServerConfiguration copy() {
        try {
            return (RoboflowServerConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getKeys() {
        return keys;
    }

    /**
     * The keys of the clients, separated by commas. Without keys, only programs on this machine can use the server, whatever the
     * host.
     */
    public void setKeys(String keys) {
        this.keys = keys;
    }

    public String getKeysFile() {
        return keysFile;
    }

    /** A file with further keys, one per line; lines that start with # are comments. It is read at the start. */
    public void setKeysFile(String keysFile) {
        this.keysFile = keysFile;
    }

    public String getModels() {
        return models;
    }

    /**
     * The only models that clients may use: names such as my-project/3 separated by commas. An asterisk in place of the version
     * stands for all models of the project. By default the models that have a folder in modelsDirectory or, with
     * runtime=hosted, all models that the API key may use.
     */
    public void setModels(String models) {
        this.models = models;
    }

    public double getMaxRequestsPerSecond() {
        return maxRequestsPerSecond;
    }

    /** The number of requests per second for each key; further requests are answered with status 429. 0 is no limit. */
    public void setMaxRequestsPerSecond(double maxRequestsPerSecond) {
        this.maxRequestsPerSecond = maxRequestsPerSecond;
    }

    public int getMaxRequests() {
        return maxRequests;
    }

    /** The number of requests that are accepted at a time; further requests are answered with status 503. */
    public void setMaxRequests(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    public int getMaxRequestSize() {
        return maxRequestSize;
    }

    /** The largest body of a request, in bytes; a larger one is answered with status 413. */
    public void setMaxRequestSize(int maxRequestSize) {
        this.maxRequestSize = maxRequestSize;
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    /** The number of clients that may be connected at a time; further clients are disconnected. */
    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public long getReceiveTimeout() {
        return receiveTimeout;
    }

    /** The longest time for a client to send a request, and to read the answer. */
    public void setReceiveTimeout(long receiveTimeout) {
        this.receiveTimeout = receiveTimeout;
    }

    public long getIdleTimeout() {
        return idleTimeout;
    }

    /** The time that a connection without a request is kept. */
    public void setIdleTimeout(long idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public long getStopTimeout() {
        return stopTimeout;
    }

    /** The longest time that a stop waits for the requests that were accepted. */
    public void setStopTimeout(long stopTimeout) {
        this.stopTimeout = stopTimeout;
    }

    public boolean isImageUrls() {
        return imageUrls;
    }

    /**
     * Whether clients may give images as URLs, which the server then fetches: over https, from public addresses. Other URLs are
     * always refused.
     */
    public void setImageUrls(boolean imageUrls) {
        this.imageUrls = imageUrls;
    }
}
