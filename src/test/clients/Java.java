import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Java URL IMAGE: base64 as Java's oldest client sends it. */
class Java {

    public static void main(String[] arguments) throws Exception {
        byte[] body = Base64.getEncoder().encode(Files.readAllBytes(Path.of(arguments[1])));
        HttpURLConnection connection = (HttpURLConnection) URI.create(arguments[0]).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        System.out.println(new String(connection.getInputStream().readAllBytes()));
    }
}
