yueka = 阅卡
