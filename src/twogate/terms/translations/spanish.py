"""What notices, mails and factors say, in Spanish."""

from collections.abc import Mapping

SPANISH: Mapping[str, str] = {
    "Password": "Contraseña",
    "Authenticator app": "Aplicación de autenticación",
    "Code from the app": "Código de la aplicación",
    "Hardware token": "Token físico",
    "Code from the token": "Código del token",
    "Serial number on its back": "Número de serie en el reverso",
    "YubiKey": "YubiKey",
    "Touch your YubiKey": "Toque su YubiKey",
    "Recovery code": "Código de recuperación",
    "One of your recovery codes": "Uno de sus códigos de recuperación",
    "The codes were shown once. Make new ones if you did not keep them.": (
        "Los códigos se mostraron una vez. Cree otros si no los guardó."
    ),
    "Recovery pass": "Pase de recuperación",
    "The secret from the letter or from the help desk": "El secreto de la carta o del servicio de ayuda",
    "Passkey or security key": "Clave de acceso o llave de seguridad",
    "Passkey": "Clave de acceso",
    "Prompt on your phone": "Aviso en su teléfono",
    "Code shown on the phone": "Código que muestra el teléfono",
    "SMS": "SMS",
    "Code from the SMS": "Código del SMS",
    "Telephone call": "Llamada telefónica",
    "Code from the call": "Código de la llamada",
    "Telephone number, with + and country code": "Número de teléfono, con + y prefijo del país",
    "At least {0} characters; a few unrelated words make a good one.": (
        "Al menos {0} caracteres; unas cuantas palabras sin relación entre sí son una buena elección."
    ),
    "At least {0} characters.": "Al menos {0} caracteres.",
    "At most {0} bytes.": "Como máximo {0} bytes.",
    "Use a few words, avoid common phrases.": "Use unas cuantas palabras, evite frases comunes.",
    "No need for symbols, digits, or uppercase letters.": "No hacen falta símbolos, cifras ni mayúsculas.",
    "Add another word or two.": "Añada una o dos palabras más.",
    "Uncommon words are better.": "Las palabras poco comunes son mejores.",
    "Capitalization doesn't help very much.": "Las mayúsculas no ayudan mucho.",
    "All-uppercase is almost as easy to guess as all-lowercase.": (
        "Todo en mayúsculas es casi tan fácil de adivinar como todo en minúsculas."
    ),
    "Reversed words aren't much harder to guess.": "Las palabras al revés no son mucho más difíciles de adivinar.",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": (
        "Las sustituciones previsibles como «@» en lugar de «a» no ayudan mucho."
    ),
    "Use a longer keyboard pattern with more turns.": "Use un patrón de teclado más largo y con más giros.",
    "Avoid repeated words and characters.": "Evite palabras y caracteres repetidos.",
    "Avoid sequences.": "Evite las secuencias.",
    "Avoid recent years.": "Evite años recientes.",
    "Avoid years that are associated with you.": "Evite años relacionados con usted.",
    "Avoid dates and years that are associated with you.": "Evite fechas y años relacionados con usted.",
    (
        "Codes by telephone are the weakest of the second factors: a number can be taken over, and a code "
        "can be talked out of you. A passkey or an authenticator app is safer, and you can set one up beside "
        "this."
    ): (
        "Los códigos por teléfono son el más débil de los segundos factores: un número puede ser secuestrado "
        "y un código le puede ser sonsacado. Una clave de acceso o una aplicación de autenticación es más "
        "segura, y puede configurarla además."
    ),
    "Client certificate": "Certificado de cliente",
    "Your browser shows it": "Su navegador lo presenta",
    "The certificate that this connection shows is set up. Nothing has to be typed.": (
        "Se configura el certificado que presenta esta conexión. No hay nada que escribir."
    ),
    "Too many wrong tries at your account": "Demasiados intentos fallidos en su cuenta",
    "Somebody gave a wrong {what} too often, so it cannot be tried for a while. Devices you know still work.": (
        "Alguien lo dio mal demasiadas veces, así que no se puede intentar durante un tiempo: {what}. Los "
        "dispositivos que usted conoce siguen funcionando."
    ),
    "A way of signing in was switched off": "Se desactivó una forma de iniciar sesión",
    "After very many wrong tries nobody can try your {what} any more until an administrator unlocks it.": (
        "Tras muchísimos intentos fallidos, nadie puede intentarlo más hasta que un administrador lo "
        "desbloquee: {what}."
    ),
    "A key of yours may have been copied": "Puede que se haya copiado una llave suya",
    "Your key {what} answered with a counter that went back, as a copy of it would. It was switched off.": (
        "Su llave {what} respondió con un contador que retrocedió, como haría una copia. Se desactivó."
    ),
    "A way of signing in is off, because it was reported lost": (
        "Una forma de iniciar sesión está desactivada porque se dio por perdida"
    ),
    (
        "Your account was recovered, so {what} no longer signs in. If you still have it, remove it on your account "
        "page and set it up again."
    ): (
        "Su cuenta se recuperó, por lo que {what} ya no inicia sesión. Si todavía lo tiene, quítelo en la página "
        "de su cuenta y configúrelo de nuevo."
    ),
    "A new factor was set up": "Se configuró un nuevo factor",
    "Your account can now be proved by: {what}.": "Su cuenta se puede acreditar ahora con: {what}.",
    "A factor was removed": "Se quitó un factor",
    "Your account can no longer be proved by: {what}.": "Su cuenta ya no se puede acreditar con: {what}.",
    "A recovery code was used": "Se usó un código de recuperación",
    "Somebody signed in with your password and a recovery code or pass.": (
        "Alguien inició sesión con su contraseña y un código o pase de recuperación."
    ),
    "New recovery codes were made": "Se crearon nuevos códigos de recuperación",
    "Your old recovery codes no longer work.": "Sus códigos de recuperación antiguos ya no valen.",
    "Your password was changed": "Se cambió su contraseña",
    "The old one no longer works, and other sessions ended.": (
        "La anterior ya no vale, y las demás sesiones han terminado."
    ),
    "Your password was reset": "Se restableció su contraseña",
    "An administrator gave your account a new password. All sessions ended.": (
        "Un administrador dio a su cuenta una contraseña nueva. Todas las sesiones han terminado."
    ),
    "Your factors were reset": "Se restablecieron sus factores",
    "An administrator removed the factors of your account so that you can set up new ones. All sessions ended.": (
        "Un administrador quitó los factores de su cuenta para que pueda configurar otros. Todas las "
        "sesiones han terminado."
    ),
    "A sign-in was reported: it was not you": "Se comunicó un inicio de sesión: no fue usted",
    (
        "Somebody who knows your password tried to sign in, and you said on your phone that it was not you. "
        "All sessions ended and your phones are asked no more. Change your password, then connect your phone "
        "anew: a recovery code or an administrator lets you in."
    ): (
        "Alguien que conoce su contraseña intentó iniciar sesión, y usted dijo en su teléfono que no era "
        "usted. Todas las sesiones han terminado y ya no se pregunta a sus teléfonos. Cambie su contraseña y "
        "conecte de nuevo su teléfono: un código de recuperación o un administrador le deja entrar."
    ),
    "Somebody asked to recover your account": "Alguien pidió recuperar su cuenta",
    (
        "In {what} whoever reads your mail can go on with it. Until then nothing changes. To stop it, press "
        "the button on your account page, use the link in the mail, or simply sign in as you always do."
    ): (
        "En {what}, quien lea su correo podrá continuar. Hasta entonces no cambia nada. Para detenerlo, "
        "pulse el botón de la página de su cuenta, use el enlace del correo o simplemente inicie sesión como "
        "siempre."
    ),
    "A recovery of your account was not begun": "No se inició una recuperación de su cuenta",
    "Somebody asked for a way back into your account. It was not begun: {what}": (
        "Alguien pidió una manera de volver a su cuenta. No se inició: {what}"
    ),
    "The help desk was asked to recover your account": "Se pidió al servicio de ayuda recuperar su cuenta",
    (
        "An administrator asked for a way back into your account; another one has to agree. To stop it, "
        "press the button on your account page or sign in as you always do."
    ): (
        "Un administrador pidió una manera de volver a su cuenta; otro tiene que aprobarlo. Para detenerlo, "
        "pulse el botón de la página de su cuenta o inicie sesión como siempre."
    ),
    "A way back into your account is open": "Hay abierta una manera de volver a su cuenta",
    (
        "A one-time secret for {what} was handed out. To stop it, press the button on your account page or "
        "sign in as you always do."
    ): (
        "Se entregó un secreto de un solo uso para: {what}. Para detenerlo, pulse el botón de la página de "
        "su cuenta o inicie sesión como siempre."
    ),
    "A recovery of your account was stopped": "Se detuvo una recuperación de su cuenta",
    "What was asked for does not happen, and a secret that was handed out is worth nothing.": (
        "Lo que se pidió no ocurre, y un secreto que se entregó no vale nada."
    ),
    "Your account was recovered": "Se recuperó su cuenta",
    "The one-time secret was used for {what}.": "El secreto de un solo uso se utilizó para: {what}.",
    "You said: this was not me": "Usted dijo: no fui yo",
    (
        "All sessions and tokens of your account ended. Second factors that were set up in the last {what} "
        "were switched off. At your next sign-in you choose a new password."
    ): (
        "Todas las sesiones y tokens de su cuenta han terminado. Los segundos factores configurados "
        "últimamente se desactivaron (periodo: {what}). En el próximo inicio de sesión elegirá una "
        "contraseña nueva."
    ),
    "Set up a second factor": "Configure un segundo factor",
    "{what} Set one up on your account page.": "{what} Configure uno en la página de su cuenta.",
    "A change was taken back": "Se deshizo un cambio",
    "By the link in a mail, this was taken back: {what}. All sessions ended.": (
        "Mediante el enlace de un correo se deshizo esto: {what}. Todas las sesiones han terminado."
    ),
    "Your mail address was changed": "Se cambió su dirección de correo",
    "Notices about your account now go to {what}.": "Los avisos sobre su cuenta van ahora a {what}.",
    "A sign-in from a new device": "Un inicio de sesión desde un dispositivo nuevo",
    "Your account was used on a device it was not used on before.": (
        "Su cuenta se usó en un dispositivo en el que no se había usado antes."
    ),
    "A sign-in from an unusual place": "Un inicio de sesión desde un lugar inusual",
    "Somebody signed in as you, or tried to, from a place that does not fit your other sign-ins: {what}.": (
        "Alguien inició sesión en su nombre, o lo intentó, desde un lugar que no encaja con sus otros "
        "inicios de sesión: {what}."
    ),
    "an unknown address": "una dirección desconocida",
    "When: {moment}, from {address}": "Cuándo: {moment}, desde {address}",
    (
        "If this was you, there is nothing to do. If it was not, change your password, end all sessions on "
        "your account page and tell your administrator."
    ): (
        "Si fue usted, no hay nada que hacer. Si no, cambie su contraseña, termine todas las sesiones en la "
        "página de su cuenta y avise a su administrador."
    ),
    "{0} hour": "{0} hora",
    "{0} hours": "{0} horas",
    "{0} minute": "{0} minuto",
    "{0} minutes": "{0} minutos",
    "{0} second": "{0} segundo",
    "{0} seconds": "{0} segundos",
    "a moment": "un momento",
    "a new password": "una contraseña nueva",
    "new second factors": "nuevos segundos factores",
    "You can sign in without one {0} more time.": "Puede iniciar sesión sin él {0} vez más.",
    "You can sign in without one {0} more times.": "Puede iniciar sesión sin él {0} veces más.",
    "factor added": "factor añadido",
    "factor removed": "factor quitado",
    "codes replaced": "códigos reemplazados",
    "password changed": "contraseña cambiada",
    "signed in": "sesión iniciada",
    "{code} is your {site} code, good for {life}. Nobody will ask you for it.": (
        "{code} es su código de {site}, válido durante {life}. Nadie se lo pedirá."
    ),
    "Your {site} code is: {digits}. Nobody will ask you for it.": (
        "Su código de {site} es: {digits}. Nadie se lo pedirá."
    ),
    "Your {site} code": "Su código de {site}",
    "Something waits for your answer. Open this to look at it.": ("Algo espera su respuesta. Abra esto para verlo."),
    "{site}: {subject}. If it was not you, read the mail about it or your account page.": (
        "{site}: {subject}. Si no fue usted, lea el correo al respecto o la página de su cuenta."
    ),
    "Your code: {code}": "Su código: {code}",
    "Type it into the page of {site} that asked for it. It is good for {life}, and for one use.": (
        "Escríbalo en la página de {site} que lo pidió. Vale durante {life}, para un solo uso."
    ),
    "If you did not ask for it, somebody else typed your address: do nothing, and tell nobody the code.": (
        "Si no lo pidió, otra persona escribió su dirección: no haga nada y no diga el código a nadie."
    ),
    "This was not you? Take it back:": "¿No fue usted? Deshágalo:",
    (
        "The page says what it will do, and asks for no password and no code. The link works once, for 72 "
        "hours. Keep it to yourself."
    ): (
        "La página dice lo que hará y no pide contraseña ni código. El enlace funciona una vez, durante 72 "
        "horas. No lo comparta."
    ),
    "Somebody asked for this for your account: {what}.": "Alguien pidió esto para su cuenta: {what}.",
    "What happens next: on {moment} you get a mail that lets you go on.": (
        "Qué ocurre después: el {moment} recibirá un correo que le permite continuar."
    ),
    "What happens next: another administrator has to agree before {moment}.": (
        "Qué ocurre después: otro administrador tiene que aprobarlo antes de {moment}."
    ),
    "If this was not you, stop it now. Any of these will do:": (
        "Si no fue usted, deténgalo ahora. Cualquiera de estas cosas basta:"
    ),
    "open {link} and press the button there": "abrir {link} y pulsar allí el botón",
    "on a device where you are signed in, open your account page": (
        "en un dispositivo con la sesión abierta, abrir la página de su cuenta"
    ),
    "sign in as you always do": "iniciar sesión como siempre",
    "For now nothing changes: what you have still works, and nobody gets in.": (
        "Por ahora no cambia nada: lo que tiene sigue funcionando, y nadie entra."
    ),
    "sign in at {sign_in} with your name and password": "inicie sesión en {sign_in} con su nombre y contraseña",
    "where your second factor is asked for, choose the recovery pass and type the secret below": (
        "donde se pide el segundo factor, elija el pase de recuperación y escriba el secreto de abajo"
    ),
    "set up a new factor": "configure un nuevo factor",
    "open {finish}": "abra {finish}",
    "choose a new password": "elija una contraseña nueva",
    "sign in with it; your second factor is still asked for": (
        "inicie sesión con ella; el segundo factor se sigue pidiendo"
    ),
    "You can now set this up: {what}.": "Ahora puede configurar esto: {what}.",
    "Secret: {secret}": "Secreto: {secret}",
    "It works once, until {moment}. Nobody from us will ever ask you for it.": (
        "Funciona una vez, hasta el {moment}. Nadie de los nuestros se lo pedirá jamás."
    ),
    "If you did not ask for this, sign in as you always do: that makes the secret worthless.": (
        "Si no lo pidió, inicie sesión como siempre: así el secreto pierde su valor."
    ),
    "The way back into your account": "La manera de volver a su cuenta",
    "An API token was made": "Se creó un token de API",
    "A program that has it can call the API in your name: {what}. Where you do not know it, revoke it.": (
        "Un programa que lo tenga puede llamar a la API en su nombre: {what}. Si no lo conoce, revóquelo."
    ),
}
