import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Usage: Images KEYSTORE PASSWORD ADDRESS IMAGE. Serves this image over https, under its file name. */
class Images {

    public static void main(String[] arguments) throws Exception {
        char[] password = arguments[1].toCharArray();
        KeyStore keys = KeyStore.getInstance(Path.of(arguments[0]).toFile(), password);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        Path image = Path.of(arguments[3]);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(arguments[2], 443), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/" + image.getFileName(), exchange -> {
            try (InputStream body = Files.newInputStream(image)) {
                exchange.sendResponseHeaders(200, Files.size(image));
                body.transferTo(exchange.getResponseBody());
            }
            exchange.close();
        });
        server.start();
    }
}
