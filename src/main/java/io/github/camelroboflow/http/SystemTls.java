package io.github.camelroboflow.http;

import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust and client certificates as Java's system properties have them ({@code javax.net.ssl.trustStore}, {@code keyStore} and the
 * passwords and types of these), where what fails says which certificate it was.
 */
public final class SystemTls {

    private static final String STORE = "javax.net.ssl.";
    private static final String NONE = "NONE";

    private static List<String> madeOf = List.of();
    private static SSLContext made;

    private SystemTls() {
    }

    /**
     * As the properties are now; the same again while they are the same.
     *
     * @throws IllegalArgumentException naming the property that can't be used
     */
    public static synchronized SSLContext context() {
        List<String> properties = Stream.of("trustStore", "trustStoreType", "trustStorePassword", "keyStore", "keyStoreType",
                "keyStorePassword").map(name -> System.getProperty(STORE + name, "")).toList();
        if (made == null || !madeOf.equals(properties)) {
            made = make();
            madeOf = properties;
        }
        return made;
    }

    private static SSLContext make() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            Path given = store("trustStore");
            // null: as Java does it, by the same properties; but a file that is not there would be trust in nobody
            trust.init((KeyStore) null);
            if (given != null && !Files.isReadable(given)) {
                throw new IllegalArgumentException(STORE + "trustStore=" + given + " can't be read");
            }
            TrustManager[] telling = Arrays.stream(trust.getTrustManagers()).map(manager ->
                    manager instanceof X509ExtendedTrustManager usual ? new ExplainingTrustManager(usual) : manager)
                    .toArray(TrustManager[]::new);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), telling, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(STORE + "trustStore can't be used: " + e.getMessage(), e);
        }
    }

    /** {@code null} if there is none. */
    private static Path store(String name) {
        String file = System.getProperty(STORE + name, "");
        return file.isEmpty() || file.equals(NONE) ? null : Path.of(file);
    }

    private static KeyManager[] keys() {
        Path file = store("keyStore");
        if (file == null) {
            return new KeyManager[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            char[] password = System.getProperty(STORE + "keyStorePassword", "").toCharArray();
            KeyStore store = KeyStore.getInstance(System.getProperty(STORE + "keyStoreType", KeyStore.getDefaultType()));
            store.load(in, password.length == 0 ? null : password);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return keys.getKeyManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(STORE + "keyStore=" + file + " can't be used ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + ")", e);
        }
    }

    /** Trusts as another does, and says of a server that is not trusted which certificate it has and what to do. */
    static final class ExplainingTrustManager extends X509ExtendedTrustManager {

        private static final int LONGEST = 300;

        private final X509ExtendedTrustManager usual;

        ExplainingTrustManager(X509ExtendedTrustManager usual) {
            this.usual = usual;
        }

        private interface Check {
            void run() throws CertificateException;
        }

        private static void explain(X509Certificate[] chain, Check check) throws CertificateException {
            try {
                check.run();
            } catch (CertificateException e) {
                X509Certificate its = chain[0];
                throw new CertificateException("its certificate, of " + printable(its.getSubjectX500Principal().getName())
                        + ", issued by "
                        + printable(its.getIssuerX500Principal().getName()) + ", valid from " + its.getNotBefore().toInstant()
                        + " to "
                        + its.getNotAfter().toInstant() + ", is not accepted (" + e.getMessage() + "): " + advice(e), e);
            }
        }

        private static String advice(CertificateException e) {
            boolean time = Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause).limit(20).anyMatch(cause ->
                    cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException);
            if (time) {
                return "it has to be renewed there, unless the clock here or there is wrong";
            }
            return "if that is as it should be, give Java the certificate of the issuer, with"
                    + " -Djavax.net.ssl.trustStore=<file> and -Djavax.net.ssl.trustStorePassword=<password>";
        }

        private static String printable(String name) {
            String printable = MessageText.printable(name);
            return printable.length() > LONGEST ? printable.substring(0, LONGEST) + "…" : printable;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            explain(chain, () -> usual.checkServerTrusted(chain, type, socket));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            explain(chain, () -> usual.checkServerTrusted(chain, type, engine));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            explain(chain, () -> usual.checkServerTrusted(chain, type));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            usual.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            usual.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            usual.checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return usual.getAcceptedIssuers();
        }
    }
}
