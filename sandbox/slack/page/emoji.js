/** Slack's short names for emoji: the common ones, and those that watchers of systems use. */

const TABLE = `
rotating_light 🚨|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢
large_blue_circle 🔵|large_purple_circle 🟣|large_brown_circle 🟤|white_circle ⚪|black_circle ⚫|large_red_square 🟥
large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜
black_large_square ⬛|small_red_triangle 🔺|small_red_triangle_down 🔻|large_blue_diamond 🔷|large_orange_diamond 🔶
small_blue_diamond 🔹|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌
negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|heavy_plus_sign ➕|heavy_minus_sign ➖|bangbang ‼️
exclamation ❗|grey_exclamation ❕|question ❓|grey_question ❔|warning ⚠️|no_entry ⛔|no_entry_sign 🚫
octagonal_sign 🛑|stop_sign 🛑|construction 🚧|sos 🆘|new 🆕|ok 🆗|information_source ℹ️|bell 🔔|no_bell 🔕|mega 📣
loudspeaker 📢|zzz 💤|sleeping 😴|eyes 👀|eye 👁️|ear 👂|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|timer_clock ⏲️
alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘|watch ⌚|calendar 📆|date 📅|spiral_calendar_pad 🗓️|shield 🛡️|lock 🔒
unlock 🔓|closed_lock_with_key 🔐|lock_with_ink_pen 🔏|key 🔑|old_key 🗝️|detective 🕵️|sleuth_or_spy 🕵️|police_car 🚓
cop 👮|guardsman 💂|rescue_worker_helmet ⛑️|fire 🔥|boom 💥|fire_extinguisher 🧯|bomb 💣|skull 💀|bug 🐛|syringe 💉
bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|abacus 🧮|page_facing_up 📄|page_with_curl 📃
memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|bookmark_tabs 📑|books 📚|open_book 📖|book 📖|scroll 📜|newspaper 📰
file_folder 📁|open_file_folder 📂|card_file_box 🗃️|file_cabinet 🗄️|paperclip 📎|link 🔗|pushpin 📌|round_pushpin 📍
label 🏷️|bookmark 🔖|inbox_tray 📥|outbox_tray 📤|package 📦|email ✉️|envelope ✉️|incoming_envelope 📨|mailbox 📫
speech_balloon 💬|thought_balloon 💭|mag 🔍|mag_right 🔎|microscope 🔬|telescope 🔭|satellite 🛰️|satellite_antenna 📡
globe_with_meridians 🌐|earth_africa 🌍|earth_americas 🌎|cloud ☁️|partly_sunny ⛅|sunny ☀️|umbrella ☔|zap ⚡
snowflake ❄️|rainbow 🌈|ocean 🌊|moon 🌔|star ⭐|star2 🌟|sparkles ✨|dizzy 💫|wrench 🔧|hammer 🔨|scissors ✂️|hammer_and_wrench 🛠️
gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|electric_plug 🔌|battery 🔋|computer 💻|desktop_computer 🖥️|keyboard ⌨️
floppy_disk 💾|minidisc 💽|cd 💿|iphone 📱|bulb 💡|candle 🕯️|wastebasket 🗑️|robot_face 🤖|alien 👽|ghost 👻
construction_worker 👷|technologist 🧑‍💻|male-technologist 👨‍💻|female-technologist 👩‍💻|dart 🎯
leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|arrows_clockwise 🔃|repeat 🔁|fast_forward ⏩
rewind ⏪|arrow_forward ▶️|double_vertical_bar ⏸️|black_square_for_stop ⏹️|arrow_heading_up ⤴️
arrow_heading_down ⤵️|recycle ♻️|tada 🎉|confetti_ball 🎊|trophy 🏆|first_place_medal 🥇|medal 🏅|rocket 🚀|ship 🚢
anchor ⚓|ticket 🎫|money_with_wings 💸|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|clap 👏|raised_hands 🙌|pray 🙏|wave 👋
ok_hand 👌|muscle 💪|point_right 👉|point_up ☝️|raised_hand ✋|hand ✋|handshake 🤝|writing_hand ✍️|smile 😄|grinning 😀
slightly_smiling_face 🙂|wink 😉|thinking_face 🤔|joy 😂|sob 😭|cry 😢|scream 😱|sweat 😓|sweat_smile 😅|sunglasses 😎
neutral_face 😐|confused 😕|worried 😟|fearful 😨|rage 😡|face_with_monocle 🧐|nerd_face 🤓|partying_face 🥳|shrug 🤷
facepalm 🤦|heart ❤️|broken_heart 💔|green_heart 💚|100 💯|coffee ☕|beer 🍺|cake 🍰|dog 🐶|cat 🐱|owl 🦉|penguin 🐧
snake 🐍|herb 🌿|seedling 🌱|house 🏠|office 🏢|bank 🏦|factory 🏭|bust_in_silhouette 👤|busts_in_silhouette 👥|id 🆔
person_raising_hand 🙋|passport_control 🛂|customs 🛃|vertical_traffic_light 🚦|black_small_square ▪️
white_small_square ▫️|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣`;

const EMOJI = new Map(TABLE.trim().split(/[|\n]/).map((entry) => entry.split(" ")));

/** The character for a short name, skin tones left aside; null when the name is unknown. */
export function emoji(name) {
  return EMOJI.get(String(name).replace(/::skin-tone-\d$/, "")) ?? null;
}

/** Every short name in a plain text replaced by its character; unknown ones stay as written. */
export function withEmoji(text) {
  return String(text ?? "").replace(/:([a-z0-9_+-]+)(::skin-tone-\d)?:/g, (written, name) => emoji(name) ?? written);
}
