package io.github.camelroboflow.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys and self-signed certificates, made by the JDK's keytool. */
public final class Certificates {

    public static final String PASSWORD = "changeit";

    private Certificates() {
    }

    /**
     * Returns a store with one key.
     *
     * @param options further options of keytool, such as {@code -ext san=dns:localhost}
     */
    public static Path key(Path folder, String commonName, String... options) {
        Path store = folder.resolve(commonName + ".p12");
        List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", "key", "-keyalg", "EC", "-dname",
                "CN=" + commonName + ",O=Test", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(options));
        keytool(command);
        return store;
    }

    /** Returns a store that trusts the certificate of another store. */
    public static Path trust(Path key) {
        Path certificate = key.resolveSibling(key.getFileName() + ".pem");
        Path store = key.resolveSibling("trust-" + key.getFileName());
        keytool(List.of("-exportcert", "-alias", "key", "-keystore", key.toString(), "-storepass", PASSWORD, "-file",
                certificate.toString()));
        keytool(List.of("-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", PASSWORD, "-file", certificate.toString()));
        return store;
    }

    private static void keytool(List<String> options) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(options);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns a context for a server with that key, which trusts those clients. */
    public static SSLContext server(Path key, Path trust) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(key), PASSWORD.toCharArray());
            TrustManagerFactory clients = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            clients.init(load(trust));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), clients.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
