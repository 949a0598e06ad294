import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.util.Base64

/** Kotlin URL IMAGE: base64 with the headers that Roboflow's documentation has for Kotlin. */
fun main(arguments: Array<String>) {
    val body = Base64.getEncoder().encode(File(arguments[1]).readBytes())
    val connection = URI(arguments[0]).toURL().openConnection() as HttpURLConnection
    connection.requestMethod = "POST"
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded")
    connection.setRequestProperty("Content-Length", body.size.toString())
    connection.setRequestProperty("Content-Language", "en-US")
    connection.useCaches = false
    connection.doOutput = true
    connection.outputStream.use { it.write(body) }
    println(connection.inputStream.use { it.readBytes().decodeToString() })
}
